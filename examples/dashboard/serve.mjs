import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { findFreePort } from '../find-free-port.mjs';
import { startReports } from '../reports.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * Starts the device reports, which run the documents of this page only, and serves the page at another origin. `allowed` is whether the
 * server lists this origin. Resolves to the `url` of the page, the `reports`, and `close`.
 */
export async function startDashboard({ port, allowed = true } = {}) {
  const origin = `http://127.0.0.1:${port ?? (await findFreePort())}`;
  const reports = await startReports({
    CORS_ORIGINS: allowed ? origin : 'https://app.example',
    TRUSTED_DOCUMENTS: fileURLToPath(new URL('src/gql/persisted-documents.json', import.meta.url)),
    TRUSTED_DOCUMENTS_MODE: 'only',
  });
  process.env.VITE_GRAPHQL_URL = reports.url;
  const outDir = `dist/${new URL(origin).port}`;
  await build({ root, logLevel: 'warn', build: { outDir } });
  const address = { host: '127.0.0.1', port: Number(new URL(origin).port), strictPort: true };
  const page = await preview({ root, logLevel: 'warn', build: { outDir }, preview: address });
  return {
    url: origin,
    reports,
    async close() {
      await page.close();
      await reports.close();
    },
  };
}
