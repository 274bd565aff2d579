import { memory, resetPeak } from '../process-usage.mjs';
import { everyServer } from '../servers/catalog.mjs';
import { underLoad } from './under-load.mjs';

const order = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'unsettled' });
const closed = /** @type {const} */ ({ loop: 'closed', connections: 32, order });

/** @type {import('./under-load.mjs').Workload} */
export const oneDevice = {
  number: 2,
  title: 'one device per operation; 32 connections; no device is requested twice; the upstream takes 0 ms',
  upstreamDelayMs: 0,
  rounds: 7,
  seconds: 1,
  quickSeconds: 0.5,
  servers: [...everyServer, 'echo', 'bare-shared', 'observed'],
  metrics: [
    {
      key: 'requestsPerSecond',
      label: 'requests/s',
      digits: 0,
      target: { of: 'ratio', atLeast: 3 },
      against: { echo: { atLeast: 0.37 }, tailcall: { atLeast: 0.75 } },
    },
    {
      key: 'callsPerOperation',
      label: 'calls/operation',
      digits: 2,
      target: { of: 'value', atMost: 0.11 },
      against: { tailcall: { atMost: 0.11 } },
    },
    { key: 'cpuMsPerThousand', label: 'CPU ms/1,000', digits: 0 },
    { key: 'peakMiB', label: 'peak MiB', digits: 0 },
    { key: 'loadCpuPercent', label: 'CPU % of the load', digits: 0 },
  ],
  warmUp: ({ load }) => load({ ...closed, seconds: 2 }),
  async sample(bench) {
    resetPeak(bench.server.pid);
    const costs = await underLoad(bench, { ...closed, seconds: bench.seconds });
    return { ...costs, peakMiB: memory(bench.server.pid).peakMiB };
  },
};
