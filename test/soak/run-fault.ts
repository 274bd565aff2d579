import type { Fault } from './faults/fault.ts';
import { REFUSED_DEVICE } from './judge/figures.ts';
import { findGrowth } from './judge/growth.ts';
import { findLost } from './judge/lost.ts';
import { findRecovery } from './judge/recovery.ts';
import type { RunRecord } from './judge/run-record.ts';
import { codesOf } from './load/client.ts';
import { startOpenLoop } from './load/open-loop.ts';
import { createParties } from './load/parties/create-parties.ts';
import type { Party } from './load/parties/party.ts';
import { createOracle } from './oracle.ts';
import { nowMs, pause, until } from './time.ts';
import { measure, measureAtRest } from './world/at-rest.ts';
import { startSoakWorld } from './world/world.ts';

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
const SHRINK_MS = 20_000;
const SEED = 20_261_122;

/** Lets one fault happen to a server of its own under load, and records all that was seen. */
export async function runFault(fault: Fault, { builtFolder, seconds, rate }: RunOptions): Promise<RunRecord> {
  const warmUpSeconds = Math.min(15, Math.max(3, seconds / 4));
  const isOfStore = fault.hits.join() === 'store';
  // The platform gives a message up after its third retry: by then the store has to be back, as it would be in its quarter of an hour.
  const callbackRetrySeconds = isOfStore ? Math.ceil((seconds + 8) / 3) : 2;
  const world = await startSoakWorld({
    builtFolder,
    store: fault.store,
    callers: fault.callers ?? 'anyone',
    replicas: fault.replicas ?? 1,
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
    const oracle = createOracle();
    const refusedImei = oracle.devices.findLast(({ kind }) => kind === 'meter')?.imei ?? '';
    const devices = oracle.devices.filter(({ imei }) => imei !== refusedImei);
    const keptMs = KEPT_SECONDS * 1_000;
    const parties = createParties({ world, limits, oracle, devices, seed: SEED, refusedImei, keptMs });
    const operations = parties.flatMap((party) => party.operations);
    await world.simulator.fault({ imei: refusedImei, status: 400, body: 'errorCode', code: REFUSED_DEVICE });
    await world.simulator.disturbCallbacks({ double: 0.1 });
    await register(parties);

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
    const lost = (await Promise.all(parties.map(({ client, ledger }) => findLost(client, ledger, oracle)))).flat();
    let takenAfter = await measureAtRest(world, operations);
    // What a collection leaves for the next ones is no leak, as long as it goes by itself.
    await until(async () => {
      takenAfter = await measure(world);
      return findGrowth(takenBefore, takenAfter, fault).length === 0;
    }, SHRINK_MS);
    const peakBytes = await world.server.readPeakBytes();
    const signIns = await world.simulator.signIns();
    const callbacks = await world.simulator.callbacks();
    const crash = world.replicas.crash();
    const found = (await fault.check?.({ world, parties, seconds })) ?? [];
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
      answerTimes: parties.flatMap(({ client }) => client.times()),
      recovery: findRecovery(load.outcomes(), endedAtMs, loadEndedAtMs, fault.recoverySeconds),
      takenBefore,
      takenAfter,
      peakBytes,
      signIns,
      maxLogins: fault.maxLogins(seconds),
      callbacks,
      accepted: parties.reduce((sum, { ledger }) => sum + ledger.accepted().length, 0),
      lost,
      found,
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

async function register([party]: readonly Party[]): Promise<void> {
  if (party === undefined) throw new Error('Nobody calls.');
  const answer = await party.client.query('mutation { registerCallbackListener(input: {}) { isThisServer } }', {});
  if (answer.errors.length > 0) throw new Error(`The listener cannot be registered: ${codesOf(answer).join()}`);
}
