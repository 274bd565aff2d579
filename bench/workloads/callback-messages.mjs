import { accountDevices } from '../expected-usage.mjs';
import { requestReport } from '../operations/stored-report.mjs';
import { bareReceiver } from '../servers/bare-receiver.mjs';
import { underLoad } from './under-load.mjs';

/**
 * @param {import('./under-load.mjs').Bench} bench
 * @param {number} seconds
 */
async function receive(bench, seconds) {
  const report = await requestReport(bench);
  const costs = await underLoad(bench, { ...report.messages('usage'), seconds, count: accountDevices });
  await report.checkStored(costs.operations);
  return costs;
}

/** @type {import('./under-load.mjs').Workload} */
export const callbackMessages = {
  number: 9,
  title: 'callback messages of one device each; committed to SQLite before the response; 32 senders',
  upstreamDelayMs: 0,
  rounds: 7,
  seconds: 1,
  servers: ['bare', 'before', 'server'],
  entries: { bare: bareReceiver },
  metrics: [
    { key: 'requestsPerSecond', label: 'messages/s', digits: 0, target: { of: 'ratio', atLeast: 1 } },
    { key: 'p50Ms', label: 'p50 ms', digits: 1 },
    { key: 'p99Ms', label: 'p99 ms', digits: 1 },
    { key: 'cpuMsPerThousand', label: 'CPU ms/1,000', digits: 0 },
    { key: 'loadCpuPercent', label: 'CPU % of the load', digits: 0 },
  ],
  warmUp: (bench) => receive(bench, 2),
  sample: (bench) => receive(bench, bench.seconds),
};
