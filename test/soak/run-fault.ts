import type { Fault } from './faults/fault.ts';
import { findGrowth } from './judge/growth.ts';
import { findRecovery } from './judge/recovery.ts';
import { REFUSED_DEVICE } from './judge/figures.ts';
import type { RunRecord, Taken } from './judge/run-record.ts';
import { createChance } from './load/chance.ts';
import { createLoadClient, codesOf, type LoadClient } from './load/client.ts';
import { createLedger, type Ledger } from './load/ledger.ts';
import { startOpenLoop, runOne } from './load/open-loop.ts';
import { createOperations } from './load/operations/index.ts';
import type { Operation } from './load/operations/operation.ts';
import { readWhole } from './load/operations/stored.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { nowMs, pause, until } from './time.ts';
import { startSoakWorld, type World } from './world/world.ts';

export interface RunOptions {
  readonly builtFolder: string;
  readonly seconds: number;
  readonly rate: number;
}

/** Shorter than by default, so that a minute shows what happens at their ends. */
const LIMITS = { call: 3_000, total: 6_000, operation: 8_000 };
const MARGIN_MS = 2_000;
/** How long the server may try to note a report that the platform took. */
const KEEPING_MS = 30_000;
const KEPT_SECONDS = 2;
/** So few that the cache is full before anything is measured. */
const CACHE_BYTES = 128 * 1_024;
const CLEAN_SECONDS = 3;
const SETTLE_MS = 2_000;
const SHRINK_MS = 20_000;
const BURST = 60;
const SEED = 20_261_122;

/** Lets one fault happen to a server of its own under load, and records all that was seen. */
export async function runFault(fault: Fault, { builtFolder, seconds, rate }: RunOptions): Promise<RunRecord> {
  const warmUpSeconds = Math.min(15, Math.max(3, seconds / 4));
  const isOfStore = fault.hits.includes('store');
  // The platform gives a message up after its third retry: by then the store has to be back, as it would be in its quarter of an hour.
  const callbackRetrySeconds = isOfStore ? Math.ceil((seconds + 8) / 3) : 2;
  const world = await startSoakWorld({
    builtFolder,
    store: fault.store,
    callbackRetrySeconds,
    environment: {
      UPSTREAM_CALL_TIMEOUT_MS: String(LIMITS.call),
      UPSTREAM_TOTAL_TIMEOUT_MS: String(LIMITS.total),
      OPERATION_TIMEOUT_MS: String(LIMITS.operation),
      CACHE_UNSETTLED_SECONDS: String(KEPT_SECONDS),
      CACHE_MAX_BYTES: String(CACHE_BYTES),
    },
  });
  let ending: string | null = null;
  try {
    const limits = { readMs: LIMITS.operation + MARGIN_MS, mutationMs: LIMITS.total + KEEPING_MS + MARGIN_MS };
    const client = createLoadClient(world.server.url, limits);
    const oracle = createOracle();
    const refusedImei = oracle.devices.findLast(({ kind }) => kind === 'meter')?.imei ?? '';
    const others = oracle.devices.filter(({ imei }) => imei !== refusedImei);
    const chance = createChance(others, SEED);
    const ledger = createLedger();
    const setup = { client, oracle, chance, ledger, refusedImei, keptMs: KEPT_SECONDS * 1_000 };
    const operations = createOperations(setup);
    await world.simulator.fault({ imei: refusedImei, status: 400, body: 'errorCode', code: REFUSED_DEVICE });
    await world.simulator.disturbCallbacks({ double: 0.1 });
    await register(client);

    const warmUp = startOpenLoop({ operations, rate, seed: SEED });
    await pause(warmUpSeconds * 1_000);
    await warmUp.drain();
    const takenBefore = await measureAtRest(world, operations);

    const load = startOpenLoop({ operations, rate, seed: SEED + 1 });
    await pause(1_000);
    const beganAtMs = nowMs();
    const end = await fault.begin(world, seconds);
    await pause(seconds * 1_000);
    await end();
    const endedAtMs = nowMs();
    const isBack = (): boolean =>
      findRecovery(load.outcomes(), endedAtMs, load.settledUntilMs(), fault.recoverySeconds).afterSeconds !== null;
    await until(isBack, (fault.recoverySeconds + CLEAN_SECONDS) * 1_000 + limits.mutationMs);
    await pause(Math.max(0, endedAtMs + fault.recoverySeconds * 1_000 - nowMs()) + CLEAN_SECONDS * 1_000);
    const loadEndedAtMs = nowMs();
    await load.drain();

    await until(async () => (await world.simulator.callbacks()).pending === 0, (callbackRetrySeconds + 12) * 1_000);
    const lost = await findLost(client, ledger, oracle);
    let takenAfter = await measureAtRest(world, operations);
    // What a collection leaves for the next ones is no leak, as long as it goes by itself.
    await until(async () => {
      takenAfter = await measure(world);
      return findGrowth(takenBefore, takenAfter, fault).length === 0;
    }, SHRINK_MS);
    const peakBytes = await world.server.readPeakBytes();
    const signIns = await world.simulator.signIns();
    const callbacks = await world.simulator.callbacks();
    const crash = world.server.program.ending();
    ending = await world.close();
    const outcomes = [...warmUp.outcomes(), ...load.outcomes()];
    return {
      fault,
      seconds,
      limits,
      needs: new Map(operations.map(({ name, needs }) => [name, needs])),
      before: outcomes.filter(({ startedAtMs, tookMs }) => startedAtMs + tookMs < beganAtMs),
      during: outcomes.filter(
        ({ startedAtMs, tookMs }) => startedAtMs + tookMs >= beganAtMs && startedAtMs < endedAtMs,
      ),
      after: outcomes.filter(({ startedAtMs }) => startedAtMs >= endedAtMs),
      answerTimes: client.times(),
      recovery: findRecovery(load.outcomes(), endedAtMs, loadEndedAtMs, fault.recoverySeconds),
      takenBefore,
      takenAfter,
      peakBytes,
      signIns,
      mostLogins: fault.mostLogins(seconds),
      callbacks,
      accepted: ledger.accepted().length,
      lost,
      crash,
      ending,
    };
  } catch (error) {
    process.stderr.write(`${world.server.program.lastWords()}\n`);
    throw error;
  } finally {
    if (ending === null) await world.close();
  }
}

async function register(client: LoadClient): Promise<void> {
  const answer = await client.query('mutation { registerCallbackListener(input: {}) { isThisServer } }', {});
  if (answer.errors.length > 0) throw new Error(`The listener cannot be registered: ${codesOf(answer).join()}`);
}

/** As many connections as the server may keep are made first, so that only what was forgotten makes a difference. */
async function measureAtRest(world: World, operations: readonly Operation[]): Promise<Taken> {
  const [calling] = operations.filter(({ needs }) => needs.includes('platform') && !needs.includes('store'));
  if (calling === undefined) throw new Error('No operation calls the platform.');
  const endLatency = await world.simulator.fault({ latencyMilliseconds: 300 });
  await Promise.all(Array.from({ length: BURST }, () => runOne(calling)));
  await endLatency();
  await pause(SETTLE_MS);
  return measure(world);
}

async function measure({ server }: World): Promise<Taken> {
  const { rssBytes, heapBytes, handles } = await server.measure();
  return { rssBytes, heapBytes, handles };
}

/** What is wrong with accepted reports, all of whose messages came. */
async function findLost(client: LoadClient, ledger: Ledger, oracle: Oracle): Promise<string[]> {
  const faults: string[] = [];
  for (const report of ledger.accepted()) {
    const { status, judged } = await readWhole({ client, oracle }, report);
    if (judged.detail !== null) faults.push(judged.detail);
    else if (status !== 'COMPLETED') faults.push(`${report.txid} is ${status}, though all its messages were sent`);
  }
  return faults;
}
