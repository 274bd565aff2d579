import { underLoad } from './under-load.mjs';

const callsPerSecond = 100;
const order = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'unsettled' });
const open = /** @type {const} */ ({ loop: 'open', rate: 950, countFailures: true, order });

/** @type {import('./under-load.mjs').Workload} */
export const limitedPlatform = {
  number: 11,
  title:
    'the platform allows 100 calls per second; one device per operation; 950 operations per second, whether or not they ' +
    'are answered; no device is requested twice; the upstream takes 50 ms',
  upstreamDelayMs: 50,
  rounds: 5,
  seconds: 60,
  quickSeconds: 4,
  servers: ['bare', 'before', 'server', 'apollo-loader'],
  environment: { UPSTREAM_CALLS_PER_SECOND: String(callsPerSecond) },
  metrics: [
    { key: 'requestsPerSecond', label: 'completed/s', digits: 0 },
    { key: 'failed', label: 'failed', digits: 0, noRatio: true, target: { of: 'value', atMost: 0 } },
    { key: 'p50Ms', label: 'p50 ms', digits: 0 },
    { key: 'p99Ms', label: 'p99 ms', digits: 0, target: { of: 'value', below: 1000 } },
    { key: 'callsPerSecond', label: 'calls/s', digits: 0 },
    { key: 'rejectedPerSecond', label: 'rejected calls/s', digits: 0, noRatio: true },
  ],
  warmUp: ({ load }) => load({ loop: 'closed', connections: 64, order, seconds: 3 }),
  async sample(bench) {
    await bench.upstream.limitCallsPerSecond(callsPerSecond);
    try {
      return await underLoad(bench, { ...open, seconds: bench.seconds });
    } finally {
      await bench.upstream.limitCallsPerSecond(0);
    }
  },
};
