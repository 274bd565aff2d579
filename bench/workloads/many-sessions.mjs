import { underLoad } from './under-load.mjs';

const sequential = /** @type {const} */ ({ loop: 'closed', connections: 1, order: { report: 'sessions' } });

/** @type {import('./under-load.mjs').Workload} */
export const manySessions = {
  number: 5,
  title: '5,000 sessions of one device; one operation after another; the upstream takes 0 ms',
  upstreamDelayMs: 0,
  rounds: 7,
  metrics: [{ key: 'p50Ms', label: 'time ms', digits: 1, target: { of: 'ratio', atMost: 1.15 } }],
  warmUp: ({ load }) => load({ ...sequential, count: 40 }),
  sample: (bench) => underLoad(bench, { ...sequential, count: 20 }),
};
