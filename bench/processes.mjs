import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {ReturnType<typeof createProcesses>} Processes */
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * Resolves to the next message of a process. Rejects if it ends first.
 * @param {ChildProcess} child
 * @returns {Promise<any>}
 */
export function messageFrom(child) {
  return new Promise((resolve, reject) => {
    const ended = (/** @type {number | null} */ code) =>
      reject(new Error(`a benchmark process ended with exit code ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

/** Tracks the started processes, so that none outlives the benchmarks. */
export function createProcesses() {
  /** @type {Set<ChildProcess>} */
  const running = new Set();
  process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

  /** @param {ChildProcess} child */
  async function stop(child) {
    if (!running.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timeout = sleep(500, 'timeout', { ref: false });
    if ((await Promise.race([ended, timeout])) === 'timeout') {
      child.kill('SIGKILL');
      await ended;
    }
  }

  return {
    /** @param {ChildProcess} child */
    add(child) {
      running.add(child);
      child.once('exit', () => running.delete(child));
      return child;
    },
    stop,
    stopAll: () => Promise.all([...running].map(stop)),
  };
}
