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

/**
 * @param {number} leader
 * @param {NodeJS.Signals} signal
 */
function killGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch {
    // All of them have ended.
  }
}

/** Tracks the started processes, so that none outlives the benchmarks. */
export function createProcesses() {
  /** @type {Map<ChildProcess, (signal: NodeJS.Signals) => void>} */
  const running = new Map();
  process.once('exit', () => running.forEach((kill) => kill('SIGKILL')));

  /** @param {ChildProcess} child */
  async function stop(child) {
    const kill = running.get(child);
    if (!kill) return;
    const ended = once(child, 'exit');
    kill('SIGTERM');
    const timeout = sleep(500, 'timeout', { ref: false });
    if ((await Promise.race([ended, timeout])) === 'timeout') kill('SIGKILL');
    await ended;
    // What is left of a group.
    kill('SIGKILL');
  }

  return {
    /**
     * With `group`, for a detached process, its children end with it.
     * @param {ChildProcess} child
     */
    add(child, { group = false } = {}) {
      running.set(child, (signal) => {
        if (!group) child.kill(signal);
        else if (child.pid) killGroup(child.pid, signal);
      });
      child.once('exit', () => running.delete(child));
      return child;
    },
    stop,
    stopAll: () => Promise.all([...running.keys()].map(stop)),
  };
}
