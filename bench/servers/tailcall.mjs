import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { platformHeaders } from '../peers/platform-headers.mjs';
import { Unavailable } from '../unavailable.mjs';
import { freePort } from './free-port.mjs';

const binary = fileURLToPath(new URL('../node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall', import.meta.url));
const template = new URL('../peers/tailcall.graphql', import.meta.url);
const headers = Object.entries(platformHeaders).map(([key, value]) => `{ key: "${key}", value: "${value}" }`);

/**
 * Starts Tailcall, a binary that npm installs on x64 Linux with glibc only.
 * @type {import('./catalog.mjs').Launch}
 */
export async function launchTailcall({ upstreamUrl, processes, output, dataDir }) {
  const { status, error } = spawnSync(binary, ['--version']);
  if (status !== 0) {
    const isMissing = error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? 'npm did not install it' : (error?.message ?? `exit code ${status}`);
    throw new Unavailable(`Tailcall was not measured, because it does not run here: ${reason}.`);
  }

  const port = await freePort();
  const configuration = join(dataDir, 'tailcall.graphql');
  writeFileSync(
    configuration,
    readFileSync(template, 'utf8')
      .replaceAll('UPSTREAM_URL', upstreamUrl)
      .replaceAll('HEADERS', headers.join(', '))
      .replace('port: PORT', `port: ${port}`),
  );
  const launchedAt = performance.now();
  const child = processes.add(
    spawn(binary, ['start', configuration], {
      cwd: dataDir,
      stdio: ['ignore', output, output],
      // It would log every upstream call, and report its use to its makers.
      env: { ...process.env, TAILCALL_LOG_LEVEL: 'error', TAILCALL_TRACKER: 'false' },
    }),
  );
  return { child, port, launchedAt };
}
