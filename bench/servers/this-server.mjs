import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { accountNumber } from '../expected-usage.mjs';
import { callbackSecret } from '../operations/receivers.mjs';
import { freePort } from './free-port.mjs';

/** The checkout that these benchmarks are part of. */
export const ownRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Returns the arguments of node in `npm start` of a checkout.
 * @param {string} checkout
 */
function startArguments(checkout) {
  /** @type {{ scripts: { start: string } }} */
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  // The script may run the command by `exec`, and once more where that is missing.
  const command = /\bnode (.*?)(?: \|\||$)/.exec(scripts.start)?.[1] ?? '';
  return command.split(' ');
}

/**
 * Throws unless a folder is a checkout of this project that is built.
 * @param {string} checkout
 */
export function requireBuilt(checkout) {
  const program = existsSync(join(checkout, 'package.json')) ? startArguments(checkout).at(-1) : undefined;
  if (program === undefined) throw new Error(`${checkout} is not a checkout of this project`);
  if (!existsSync(join(checkout, program))) throw new Error(`${checkout} is not built: run "npm run build" there`);
}

/**
 * This server as built in a checkout, configured by environment variables only.
 * @param {string} label
 * @param {string} checkout
 * @param {Record<string, string>} [more] further settings
 * @returns {import('./catalog.mjs').Entry}
 */
export function thisServer(label, checkout, more = {}) {
  return {
    label,
    dialect: 'reports',
    daily: 'series',
    checkout,
    async launch({ upstreamUrl, processes, output, dataDir, environment }) {
      const port = await freePort();
      const launchedAt = performance.now();
      const child = processes.add(
        spawn(process.execPath, startArguments(checkout), {
          cwd: checkout,
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
            ...more,
            ...environment,
          },
        }),
      );
      return { child, port, launchedAt };
    },
  };
}
