import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {ReturnType<typeof createProcesses>} Processes */
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * The next message of a process, or the news that it ended instead.
 * @param {ChildProcess} child
 * @returns {Promise<any>}
 */
export function messageFrom(child) {
  return new Promise((resolve, reject) => {
    const ended = (/** @type {number | null} */ code) => reject(new Error(`a process of the bench ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

/** Every process that the bench started, so that none outlives it. */
export function createProcesses() {
  /** @type {Set<ChildProcess>} */
  const running = new Set();
  process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

  /** @param {ChildProcess} child */
  async function stop(child) {
    if (!running.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const patience = sleep(500, 'slow', { ref: false });
    if ((await Promise.race([ended, patience])) === 'slow') {
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
