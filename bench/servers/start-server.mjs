import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from '../load/connection.mjs';
import { dialects } from '../operations/dialects.mjs';
import { createDevices, createOrders } from '../operations/orders.mjs';
import { catalog } from './catalog.mjs';

const patienceMs = 15_000;
const devices = createDevices('36');

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/**
 * Starts a server and waits for its first right answer.
 * @param {string} name
 * @param {{
 *   upstreamUrl: string,
 *   processes: import('../processes.mjs').Processes,
 *   windows: ReturnType<typeof import('../windows.mjs').createWindows>,
 *   folder: string,
 * }} means
 */
export async function startServer(name, { upstreamUrl, processes, windows, folder }) {
  const { launch, dialect } = catalog[name];
  const outputFile = join(folder, `${name}.log`);
  const output = openSync(outputFile, 'a');
  const { child, port, launchedAt } = await launch({ upstreamUrl, processes, output });
  closeSync(output);

  const target = { port, path: '/graphql', dialect };
  const next = createOrders(
    { report: 'devices', devices: 1, window: 'unsettled' },
    { dialect: dialects[dialect], windows, devices },
  );
  const connection = createConnection(target);
  for (;;) {
    try {
      const { body, check } = next();
      check(await connection.send(body));
      break;
    } catch (error) {
      const ended = child.exitCode !== null;
      if (ended || performance.now() - launchedAt > patienceMs) {
        throw new Error(`${name} did not answer: ${error}\n${readFileSync(outputFile, 'utf8').slice(-2_000)}`, {
          cause: error,
        });
      }
      await sleep(5);
    }
  }
  const startupMs = performance.now() - launchedAt;
  connection.close();
  return { name, target, startupMs, pid: child.pid ?? 0, stop: () => processes.stop(child) };
}
