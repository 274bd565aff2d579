import { memory, resetPeak } from '../process-usage.mjs';
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
  metrics: [
    { key: 'requestsPerSecond', label: 'requests/s', digits: 0, target: { of: 'ratio', atLeast: 2 } },
    { key: 'callsPerOperation', label: 'calls/operation', digits: 2, target: { of: 'value', atMost: 0.15 } },
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
