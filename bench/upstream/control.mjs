import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageFrom } from '../processes.mjs';

const reportPath = /\/report\//;

/**
 * Starts the fake upstream in its own process. Returns its address and the functions that control it.
 * @param {import('../processes.mjs').Processes} processes
 */
export async function startUpstream(processes) {
  const child = processes.add(fork(fileURLToPath(new URL('main.mjs', import.meta.url))));
  const { port } = await messageFrom(child);
  const admin = async (/** @type {string} */ path) =>
    (await fetch(`http://127.0.0.1:${port}/admin/${path}`, { method: 'POST' })).json();

  return {
    url: `http://127.0.0.1:${port}/api`,
    setDelay: (/** @type {number} */ ms) => admin(`delay/${ms}`),
    /** Rejects report calls above this number per second with 429 and `Retry-After: 1`. 0 removes the limit. */
    limitCallsPerSecond: (/** @type {number} */ calls) => admin(`limit/${calls}`),
    reset: () => admin('reset'),
    async counts() {
      const { calls, callsByDevices, rejected, maxInFlight } = await admin('counts');
      const reportCalls = Object.entries(calls)
        .filter(([path]) => reportPath.test(path))
        .reduce((sum, [, count]) => sum + count, 0);
      /** @type {[string, number][]} */
      const byDevices = Object.entries(callsByDevices);
      const devices = byDevices.reduce((sum, [count, times]) => sum + Number(count) * times, 0);
      return { reportCalls, devicesPerCall: devices / (reportCalls - rejected), rejected, maxInFlight };
    },
  };
}
