import { accountDevices } from '../expected-usage.mjs';
import { requestReport } from '../operations/stored-report.mjs';
import { barePostgresReceiver, bareReceiver } from '../servers/bare-receiver.mjs';
import { startPostgres } from '../servers/postgres.mjs';
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

/** @type {Omit<import('./under-load.mjs').Workload, 'number' | 'title' | 'metrics'>} */
const messages = {
  upstreamDelayMs: 0,
  rounds: 7,
  seconds: 1,
  servers: ['bare', 'before', 'server'],
  warmUp: (bench) => receive(bench, 2),
  sample: (bench) => receive(bench, bench.seconds),
};

/** @type {(atLeast: number) => import('./under-load.mjs').Metric[]} */
const metrics = (atLeast) => [
  { key: 'requestsPerSecond', label: 'messages/s', digits: 0, target: { of: 'ratio', atLeast } },
  { key: 'p50Ms', label: 'p50 ms', digits: 1 },
  { key: 'p99Ms', label: 'p99 ms', digits: 1 },
  { key: 'cpuMsPerThousand', label: 'CPU ms/1,000', digits: 0 },
  { key: 'loadCpuPercent', label: 'CPU % of the load', digits: 0 },
];

/** @type {import('./under-load.mjs').Workload} */
export const callbackMessages = {
  ...messages,
  number: 9,
  title: 'callback messages of one device each; committed to SQLite before the response; 32 senders',
  entries: { bare: bareReceiver },
  metrics: metrics(2),
};

/** @type {import('./under-load.mjs').Workload} */
export const postgresMessages = {
  ...messages,
  number: 14,
  title: 'callback messages of one device each; committed to PostgreSQL before the response; 32 senders',
  entries: { bare: barePostgresReceiver },
  async prepare(processes) {
    const { createDatabase } = await startPostgres(processes);
    return async () => ({ DATABASE_URL: await createDatabase() });
  },
  metrics: metrics(1.5),
};
