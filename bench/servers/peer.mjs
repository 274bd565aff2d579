import { fork } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { messageFrom } from '../processes.mjs';

/**
 * Returns a function that starts a server of `peers/` in its own process.
 * @param {string} file in peers/
 * @param {(upstreamUrl: string) => Promise<Record<string, string>>} environmentFor
 * @returns {import('./catalog.mjs').Launch}
 */
export function peer(file, environmentFor = async () => ({})) {
  return async ({ upstreamUrl, processes, output, dataDir, environment }) => {
    const own = await environmentFor(upstreamUrl);
    const launchedAt = performance.now();
    const child = processes.add(
      fork(fileURLToPath(new URL(`../peers/${file}`, import.meta.url)), {
        env: {
          ...process.env,
          NODE_ENV: 'production',
          UPSTREAM_URL: upstreamUrl,
          DATA_DIR: dataDir,
          ...own,
          ...environment,
        },
        stdio: ['ignore', output, output, 'ipc'],
      }),
    );
    const { port } = await messageFrom(child);
    return { child, port, launchedAt };
  };
}
