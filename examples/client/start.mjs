// Starts the device reports with their simulator, and runs both commands against them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startReports } from '../reports.mjs';

const reports = await startReports();
try {
  await run('top-devices', [reports.url, '5']);
  await run('follow-report', [reports.url, ...reports.devices.slice(0, 5).map(({ imei }) => imei), '123456789012345']);
} finally {
  await reports.close();
}

async function run(name, parameters) {
  process.stdout.write(`\n$ node dist/${name}.js ${parameters.join(' ')}\n\n`);
  const file = fileURLToPath(new URL(`dist/${name}.js`, import.meta.url));
  const [code] = await once(spawn(process.execPath, [file, ...parameters], { stdio: 'inherit' }), 'exit');
  if (code !== 0) process.exitCode = 1;
}
