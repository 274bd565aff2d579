import { startDashboard } from './serve.mjs';

const dashboard = await startDashboard({ port: process.env.PORT });

process.stdout.write(`
  A page of another origin, and the device reports behind it

  Page  ${dashboard.url}
  API   ${dashboard.reports.url}

  The API answers pages of that origin only, and only the documents of that page. Ctrl+C stops both.
`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => dashboard.close());
