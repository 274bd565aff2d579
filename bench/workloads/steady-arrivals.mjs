import { underLoad } from './under-load.mjs';

const order = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'unsettled' });
const open = /** @type {const} */ ({ loop: 'open', rate: 500, order });

/** @type {import('./under-load.mjs').Workload} */
export const steadyArrivals = {
  number: 3,
  title:
    'one device per operation; 500 requests per second, whether or not the server keeps up; the upstream takes 50 ms',
  upstreamDelayMs: 50,
  rounds: 5,
  seconds: 4,
  quickSeconds: 1,
  metrics: [
    { key: 'callsPerOperation', label: 'calls/operation', digits: 2, target: { of: 'value', atMost: 0.25 } },
    { key: 'p50Ms', label: 'p50 ms', digits: 1 },
    { key: 'p99Ms', label: 'p99 ms', digits: 1 },
    { key: 'cpuMsPerThousand', label: 'CPU ms/1,000', digits: 0, target: { of: 'ratio', atMost: 0.5 } },
    { key: 'maxInFlight', label: 'most calls at once', digits: 0 },
    { key: 'loadCpuPercent', label: 'CPU % of the load', digits: 0 },
  ],
  // A closed loop, because arrivals by the clock would overload a server that is not warm yet.
  warmUp: ({ load }) => load({ loop: 'closed', connections: 64, order, seconds: 5 }),
  sample: (bench) => underLoad(bench, { ...open, seconds: bench.seconds }),
};
