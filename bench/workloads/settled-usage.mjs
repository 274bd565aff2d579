import { everyServer } from '../servers/catalog.mjs';
import { underLoad } from './under-load.mjs';

const order = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'settled', pool: 50 });
const closed = /** @type {const} */ ({ loop: 'closed', connections: 32, order });

/** @type {import('./under-load.mjs').Workload} */
export const settledUsage = {
  number: 6,
  title: 'settled usage, which can be cached; one of 50 devices per operation; 32 connections; the upstream takes 0 ms',
  upstreamDelayMs: 0,
  rounds: 5,
  seconds: 1,
  quickSeconds: 0.5,
  servers: [...everyServer, 'echo', 'observed', 'tailcall-cache'],
  metrics: [
    {
      key: 'requestsPerSecond',
      label: 'requests/s',
      digits: 0,
      target: { of: 'ratio', atLeast: 5 },
      against: { echo: { atLeast: 0.65 }, tailcall: { atLeast: 1.4 } },
    },
    { key: 'callsPerOperation', label: 'calls/operation', digits: 2 },
    { key: 'cpuMsPerThousand', label: 'CPU ms/1,000', digits: 0 },
    { key: 'loadCpuPercent', label: 'CPU % of the load', digits: 0 },
  ],
  warmUp: ({ load }) => load({ ...closed, seconds: 2 }),
  sample: (bench) => underLoad(bench, { ...closed, seconds: bench.seconds }),
};
