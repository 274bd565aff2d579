import { underLoad } from './under-load.mjs';

export const sizes = [1, 10, 100, 1_000];
const operationsPerSize = 4;

/** @param {number} devices */
const sequential = (devices) =>
  /** @type {const} */ ({
    loop: 'closed',
    connections: 1,
    order: { report: 'devices', devices, window: 'unsettled' },
    count: operationsPerSize,
  });

/** @type {import('./under-load.mjs').Workload} */
export const growingOperations = {
  number: 8,
  title: 'cost by the number of devices; one operation after another; the upstream takes 50 ms',
  upstreamDelayMs: 50,
  rounds: 5,
  metrics: sizes.flatMap((devices) => [
    { key: `calls${devices}`, label: `${devices.toLocaleString('en')}: calls`, digits: 0 },
    { key: `ms${devices}`, label: 'ms', digits: 0 },
  ]),
  warmUp: ({ load }) => load(sequential(100)),
  async sample(bench) {
    /** @type {Record<string, number>} */
    const costs = {};
    for (const devices of sizes) {
      const { callsPerOperation, p50Ms } = await underLoad(bench, sequential(devices));
      costs[`calls${devices}`] = callsPerOperation;
      costs[`ms${devices}`] = p50Ms;
    }
    return costs;
  },
};
