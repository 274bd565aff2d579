import { setTimeout as sleep } from 'node:timers/promises';
import { toFigures } from './report/figures.mjs';
import { everyServer } from './servers/catalog.mjs';
import { startServer } from './servers/start-server.mjs';
import { Unavailable } from './unavailable.mjs';

const defaultSeconds = 2;

/** @typedef {import('./workloads/under-load.mjs').Workload} Workload */
/** @typedef {import('./workloads/under-load.mjs').Bench} Bench */

/**
 * Measures a workload. The servers take turns in each round, in one direction and then in the other, so that other load on the
 * machine affects all of them.
 * @param {Workload} workload
 * @param {{
 *   catalog: import('./servers/catalog.mjs').Catalog,
 *   servers: string[],
 *   rounds: number | undefined,
 *   seconds: number | undefined,
 *   quick: boolean,
 *   upstream: Bench['upstream'],
 *   load: ReturnType<typeof import('./load/control.mjs').startLoad>,
 *   windows: Bench['windows'],
 *   processes: Bench['processes'],
 *   folder: string,
 *   progress(text: string): void,
 *   note(text: string): void,
 * }} means
 */
export async function measure(workload, { upstream, load, windows, processes, folder, quick, progress, ...means }) {
  const seconds = means.seconds ?? (quick ? workload.quickSeconds : undefined) ?? workload.seconds ?? defaultSeconds;
  const count = (quick ? workload.quickCount : undefined) ?? workload.count ?? 0;
  const rounds = means.rounds ?? (quick ? 2 : workload.rounds);
  const entries = { ...means.catalog, ...workload.entries };
  const names = workload.servers ?? everyServer;
  const wanted = means.servers.filter((name) => names.includes(name));

  const ofServer = await workload.prepare?.(processes);

  /** @param {string} name */
  async function createBench(name) {
    const entry = entries[name];
    const environment = { ...workload.environment, ...(await ofServer?.()) };
    const server = workload.launchesItself
      ? /** @type {Bench['server']} */ ({})
      : await startServer(name, entry, { upstreamUrl: upstream.url, windows, processes, folder, environment });
    /** @type {Bench} */
    const bench = {
      name,
      entry,
      server,
      upstream,
      windows,
      processes,
      folder,
      seconds,
      count,
      load: (job) => load.run({ target: bench.server.target, windows, ...job }),
    };
    progress(`${workload.number}: ${name} started`);
    return bench;
  }

  async function startAll() {
    const benches = [];
    for (const name of wanted) {
      try {
        benches.push(await createBench(name));
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        means.note(error.message);
      }
    }
    for (const bench of benches) await workload.warmUp?.(bench);
    if (workload.idleMs) await sleep(workload.idleMs);
    return benches;
  }

  await upstream.setDelay(workload.upstreamDelayMs);
  /** @type {import('./report/figures.mjs').Round[]} */
  const samples = [];
  let benches = await startAll();
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && workload.freshEachRound) benches = await startAll();
    /** @type {import('./report/figures.mjs').Round} */
    const ofRound = {};
    for (const bench of round % 2 === 0 ? benches : benches.toReversed()) {
      progress(`${workload.number}: round ${round + 1} of ${rounds}, ${bench.name}`);
      ofRound[bench.name] = await workload.sample(bench);
    }
    samples.push(ofRound);
    const isLast = round === rounds - 1;
    if ((workload.freshEachRound || isLast) && !workload.launchesItself) {
      await Promise.all(benches.map(({ server }) => server.stop()));
    }
  }
  const measured = benches.map(({ name, entry: { label } }) => ({ name, label }));
  return toFigures(workload, measured, samples);
}
