import { underLoad } from './under-load.mjs';

const order = /** @type {const} */ ({ report: 'devices', devices: 100, window: 'unsettled' });
const sequential = /** @type {const} */ ({ loop: 'closed', connections: 1, order });

/** @type {import('./under-load.mjs').Workload} */
export const hundredDevices = {
  number: 1,
  title: '100 devices in one operation; one operation after another; the upstream takes 50 ms',
  upstreamDelayMs: 50,
  rounds: 7,
  metrics: [
    { key: 'callsPerOperation', label: 'upstream calls', digits: 0, target: { of: 'value', atMost: 10 } },
    { key: 'devicesPerCall', label: 'devices/call', digits: 0 },
    { key: 'p50Ms', label: 'time ms', digits: 1, target: { of: 'ratio', atMost: 1.05 } },
  ],
  // Warm up until the JIT compiler has finished, as in a server that has been running for some time.
  warmUp: ({ load }) => load({ ...sequential, connections: 4, count: 400 }),
  sample: (bench) => underLoad(bench, { ...sequential, count: 10 }),
};
