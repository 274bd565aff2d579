import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './load/percentile.mjs';
import { catalog } from './servers/catalog.mjs';
import { startServer } from './servers/start-server.mjs';

const defaultSeconds = 2;

/** @typedef {import('./workloads/under-load.mjs').Workload} Workload */
/** @typedef {{ median: number, ratio: number | null, rounds: number[] }} Figure */
/** @typedef {Awaited<ReturnType<typeof measure>>} Measured */

/**
 * Measures a workload. The servers take turns in each round, so that other load on the machine affects all of them. A ratio is
 * computed within its round; the result is the median of the rounds.
 * @param {Workload} workload
 * @param {{
 *   servers: string[],
 *   rounds: number | undefined,
 *   seconds: number | undefined,
 *   upstream: import('./workloads/under-load.mjs').Bench['upstream'],
 *   load: ReturnType<typeof import('./load/control.mjs').startLoad>,
 *   windows: ReturnType<typeof import('./windows.mjs').createWindows>,
 *   processes: import('./processes.mjs').Processes,
 *   folder: string,
 *   progress(text: string): void,
 * }} means
 */
export async function measure(workload, { upstream, load, windows, progress, ...means }) {
  const seconds = means.seconds ?? workload.seconds ?? defaultSeconds;
  const rounds = means.rounds ?? workload.rounds;
  const entries = workload.servers ?? catalog;
  const servers = means.servers.filter((name) => name in entries);

  async function startAll() {
    const benches = [];
    for (const name of servers) {
      const server = await startServer(name, entries[name], {
        upstreamUrl: upstream.url,
        windows,
        processes: means.processes,
        folder: means.folder,
      });
      const bench = {
        server,
        upstream,
        seconds,
        windows,
        load: (/** @type {any} */ job) => load.run({ target: bench.server.target, windows, ...job }),
      };
      progress(`${workload.number}: ${name} started`);
      benches.push(bench);
    }
    for (const bench of benches) await workload.warmUp?.(bench);
    if (workload.idleMs) await sleep(workload.idleMs);
    return benches;
  }

  await upstream.setDelay(workload.upstreamDelayMs);
  /** @type {Record<string, Record<string, number>>[]} */
  const samples = [];
  let benches = await startAll();
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && workload.freshEachRound) benches = await startAll();
    /** @type {Record<string, Record<string, number>>} */
    const ofRound = {};
    for (const bench of benches) {
      progress(`${workload.number}: round ${round + 1} of ${rounds}, ${bench.server.name}`);
      ofRound[bench.server.name] = await workload.sample(bench);
    }
    samples.push(ofRound);
    if (workload.freshEachRound || round === rounds - 1) await Promise.all(benches.map(({ server }) => server.stop()));
  }

  /**
   * @param {string} name
   * @param {string} key
   * @returns {Figure}
   */
  const figure = (name, key) => ({
    median: median(samples.map((sample) => sample[name][key])),
    ratio: servers.includes('bare') ? median(samples.map((sample) => sample[name][key] / sample.bare[key])) : null,
    rounds: samples.map((sample) => sample[name][key]),
  });
  return {
    number: workload.number,
    title: workload.title,
    metrics: workload.metrics,
    servers: servers.map((name) => ({
      name,
      label: entries[name].label,
      figures: Object.fromEntries(workload.metrics.map(({ key }) => [key, figure(name, key)])),
    })),
  };
}
