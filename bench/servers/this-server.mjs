import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { portOf } from '../announce.mjs';
import { accountNumber } from '../expected-usage.mjs';
import { callbackSecret } from '../operations/receivers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** @type {{ scripts: { start: string } }} */
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
/** The arguments of node in `npm start`. */
const startArguments = scripts.start.split(' ').slice(1);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts the built server, configured by environment variables only.
 * @type {import('./catalog.mjs').Launch}
 */
export async function launchThisServer({ upstreamUrl, processes, output, dataDir }) {
  const port = await freePort();
  const launchedAt = performance.now();
  const child = processes.add(
    spawn(process.execPath, startArguments, {
      cwd: root,
      stdio: ['ignore', output, output],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'warn',
        THINGSPACE_BASE_URL: upstreamUrl,
        THINGSPACE_CLIENT_ID: 'bench',
        THINGSPACE_CLIENT_SECRET: 'bench',
        THINGSPACE_USERNAME: 'bench',
        THINGSPACE_PASSWORD: 'bench',
        THINGSPACE_ACCOUNT_NUMBER: accountNumber,
        CALLBACK_SECRET: callbackSecret,
        DATABASE_URL: '',
        DATA_DIR: dataDir,
        CACHE_UNSETTLED_SECONDS: '0',
        // The peers have no such limits.
        MAX_UPSTREAM_CALLS: '1000',
        UPSTREAM_CONCURRENCY: '1000',
      },
    }),
  );
  return { child, port, launchedAt };
}
