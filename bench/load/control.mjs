import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageFrom } from '../processes.mjs';

/**
 * @typedef {{
 *   target: { port: number, path: string, dialect: string },
 *   order: import('../operations/orders.mjs').Order,
 *   windows: ReturnType<typeof import('../windows.mjs').createWindows>,
 *   loop: 'closed' | 'open', connections?: number, seconds?: number, count?: number, rate?: number, countFailures?: boolean,
 * }} Load
 */
/** @typedef {{ operations: number, failed: number, elapsedMs: number, p50Ms: number, p99Ms: number, cpuShare: number }} LoadResult */

/**
 * Starts the load generator in its own process, so that its CPU time is measured separately.
 * @param {import('../processes.mjs').Processes} processes
 */
export function startLoad(processes) {
  const child = processes.add(fork(fileURLToPath(new URL('main.mjs', import.meta.url))));
  return {
    /**
     * @param {Load} load
     * @returns {Promise<LoadResult>}
     */
    async run(load) {
      child.send(load);
      const { result, error } = await messageFrom(child);
      if (error) throw new Error(error);
      return result;
    },
  };
}
