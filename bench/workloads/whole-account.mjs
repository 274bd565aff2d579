import { memory, resetPeak } from '../process-usage.mjs';
import { underLoad } from './under-load.mjs';

const sequential = /** @type {const} */ ({ loop: 'closed', connections: 1, order: { report: 'account' } });

/** @type {import('./under-load.mjs').Workload} */
export const wholeAccount = {
  number: 4,
  title: '10,000 rows of usage in one response; one operation after another; the upstream takes 0 ms',
  upstreamDelayMs: 0,
  rounds: 7,
  // Otherwise memory that one round needed would hide what the next one needs.
  freshEachRound: true,
  metrics: [
    { key: 'p50Ms', label: 'time ms', digits: 1, target: { of: 'ratio', atMost: 1.1 } },
    { key: 'growthMiB', label: 'memory growth MiB', digits: 0, target: { of: 'ratio', atMost: 1.5 } },
  ],
  async sample(bench) {
    const { pid } = bench.server;
    const before = memory(pid).residentMiB;
    resetPeak(pid);
    await bench.load({ ...sequential, count: 15 });
    const { p50Ms } = await underLoad(bench, { ...sequential, count: 15 });
    return { p50Ms, growthMiB: memory(pid).peakMiB - before };
  },
};
