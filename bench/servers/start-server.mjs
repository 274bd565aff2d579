import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from '../load/connection.mjs';
import { dialects } from '../operations/dialects.mjs';
import { createDevices, createOrders } from '../operations/orders.mjs';

/** On a busy machine a start takes several times as long as on an idle one. */
const timeoutMs = 60_000;
const devices = createDevices('36');

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/**
 * Starts a server and waits for its first correct response. Its data folder is empty unless `dataDir` is given.
 * @param {string} name
 * @param {import('./catalog.mjs').Entry} entry
 * @param {{
 *   upstreamUrl: string,
 *   processes: import('../processes.mjs').Processes,
 *   windows: ReturnType<typeof import('../windows.mjs').createWindows>,
 *   folder: string,
 *   environment?: Record<string, string>,
 *   dataDir?: string,
 * }} means
 */
export async function startServer(name, entry, means) {
  const { upstreamUrl, processes, windows, folder, environment = {} } = means;
  const { dataDir = mkdtempSync(join(folder, 'data-')) } = means;
  const outputFile = join(folder, `${name}.log`);
  const output = openSync(outputFile, 'a');
  const { child, port, launchedAt } = await entry.launch({ upstreamUrl, processes, output, dataDir, environment });
  closeSync(output);

  const target = { port, path: '/graphql', dialect: entry.dialect };
  if (entry.dialect !== null) {
    const isOver = () => child.exitCode !== null || performance.now() - launchedAt > timeoutMs;
    await firstCorrectResponse(target, { windows, isOver }).catch((error) => {
      const log = readFileSync(outputFile, 'utf8').slice(-2_000);
      throw new Error(`${name} did not respond correctly: ${error}\n${log}`, { cause: error });
    });
  }
  const startupMs = performance.now() - launchedAt;
  const stop = () => processes.stop(child);
  return {
    name,
    target,
    startupMs,
    pid: child.pid ?? 0,
    stop,
    /**
     * Starts another process on the same data.
     * @returns {Promise<Server>}
     */
    async restart() {
      await stop();
      return startServer(name, entry, { ...means, dataDir });
    },
  };
}

/**
 * @param {{ port: number, path: string, dialect: string }} target
 * @param {{ windows: ReturnType<typeof import('../windows.mjs').createWindows>, isOver(): boolean }} waiting
 */
async function firstCorrectResponse(target, { windows, isOver }) {
  const next = createOrders(
    { report: 'devices', devices: 1, window: 'unsettled' },
    { dialect: dialects[target.dialect], windows, devices },
  );
  const connection = createConnection(target);
  for (;;) {
    try {
      const { body, check } = next();
      check(await connection.send(body));
      break;
    } catch (error) {
      if (isOver()) throw error;
      await sleep(5);
    }
  }
  connection.close();
}
