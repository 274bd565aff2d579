import { setTimeout as sleep } from 'node:timers/promises';
import { memory } from '../process-usage.mjs';

const settleMs = 1_500;
const collections = 2;
const preload = new URL('../servers/collect-garbage.mjs', import.meta.url).href;
const closed = /** @type {const} */ ({ loop: 'closed', connections: 8 });

/**
 * Returns the resident memory of a fresh server after the same operations, written in one of two ways.
 * @param {import('./under-load.mjs').Bench} bench
 * @param {boolean} literals
 */
async function residentAfter(bench, literals) {
  const order = /** @type {const} */ ({ report: 'devices', devices: 1, window: 'unsettled', literals });
  await bench.load({ ...closed, order, count: bench.count });
  for (let collection = 0; collection < collections; collection += 1) {
    process.kill(bench.server.pid, 'SIGUSR2');
    await sleep(settleMs);
  }
  return memory(bench.server.pid).residentMiB;
}

/** @type {import('./under-load.mjs').Workload} */
export const literalDocuments = {
  number: 12,
  title:
    'resident memory after 5,000 distinct documents with literals, compared with the same operations with variables; ' +
    'after garbage collection; the upstream takes 0 ms',
  upstreamDelayMs: 0,
  rounds: 5,
  count: 5_000,
  quickCount: 500,
  freshEachRound: true,
  // Only servers that run on Node and read GraphQL documents.
  servers: ['before', 'server', 'apollo-loader', 'yoga'],
  environment: { NODE_OPTIONS: `--import=${preload}` },
  metrics: [
    { key: 'variablesMiB', label: 'MiB with variables', digits: 0 },
    { key: 'literalsMiB', label: 'MiB with literals', digits: 0 },
    { key: 'times', label: 'literals / variables', digits: 2, target: { of: 'value', atMost: 1.5 } },
  ],
  async sample(bench) {
    const variablesMiB = await residentAfter(bench, false);
    bench.server = await bench.server.restart();
    const literalsMiB = await residentAfter(bench, true);
    return { variablesMiB, literalsMiB, times: literalsMiB / variablesMiB };
  },
};
