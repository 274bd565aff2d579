import type { Fault } from './faults/fault.ts';
import { REJECTED_DEVICE } from './checks/usage.ts';
import { findGrowth } from './checks/growth.ts';
import { findLost } from './checks/lost.ts';
import { findRecovery } from './checks/recovery.ts';
import type { RunRecord } from './checks/run-record.ts';
import { codesOf } from './load/client.ts';
import { startOpenLoop } from './load/open-loop.ts';
import { createParties } from './load/parties/create-parties.ts';
import type { Party } from './load/parties/party.ts';
import { createOracle } from './oracle.ts';
import { nowMs, pause, until } from './time.ts';
import { measure, measureAtRest } from './world/at-rest.ts';
import { startSampler } from './world/sampler.ts';
import { startSoakWorld } from './world/world.ts';

export interface RunOptions {
  readonly builtFolder: string;
  readonly seconds: number;
  readonly rate: number;
  /** Whether the metrics of the server are read during the run. */
  readonly isSampled: boolean;
}

/** Shorter than the defaults, so that a minute is long enough to reach them. */
const LIMITS = { call: 3_000, total: 6_000, operation: 8_000 };
const MARGIN_MS = 2_000;
/** How long the server may try to save a report that the platform has accepted. */
const SAVE_MS = 30_000;
const CACHE_SECONDS = 2;
/** Small enough that the cache is full before anything is measured. */
const CACHE_BYTES = 128 * 1_024;
const CLEAN_SECONDS = 3;
const SHRINK_MS = 20_000;
const SEED = 20_261_122;

/** Runs one fault against a server of its own under load, and records everything that was observed. */
export async function runFault(
  fault: Fault,
  { builtFolder, seconds, rate, isSampled }: RunOptions,
): Promise<RunRecord> {
  const warmUpSeconds = Math.min(15, Math.max(3, seconds / 4));
  const isOfStore = fault.hits.join() === 'store';
  // The platform drops a message after its third retry. The store must be back by then, as it would be within a quarter of an hour.
  const callbackRetrySeconds = isOfStore ? Math.ceil((seconds + 8) / 3) : 2;
  const world = await startSoakWorld({
    builtFolder,
    store: fault.store,
    callers: fault.callers ?? 'anyone',
    replicas: fault.replicas ?? 1,
    callbackRetrySeconds,
    isMeasured: isSampled,
    environment: {
      UPSTREAM_CALL_TIMEOUT_MS: String(LIMITS.call),
      UPSTREAM_TOTAL_TIMEOUT_MS: String(LIMITS.total),
      OPERATION_TIMEOUT_MS: String(LIMITS.operation),
      CACHE_UNSETTLED_SECONDS: String(CACHE_SECONDS),
      CACHE_MAX_BYTES: String(CACHE_BYTES),
    },
  });
  let ending: string | null = null;
  try {
    const limits = { readMs: LIMITS.operation + MARGIN_MS, mutationMs: LIMITS.total + SAVE_MS + MARGIN_MS };
    const oracle = createOracle();
    const rejectedImei = oracle.devices.findLast(({ kind }) => kind === 'meter')?.imei ?? '';
    const devices = oracle.devices.filter(({ imei }) => imei !== rejectedImei);
    const cacheMs = CACHE_SECONDS * 1_000;
    const parties = createParties({ world, limits, oracle, devices, seed: SEED, rejectedImei, cacheMs });
    const operations = parties.flatMap((party) => party.operations);
    await world.simulator.fault({ imei: rejectedImei, status: 400, body: 'errorCode', code: REJECTED_DEVICE });
    await world.simulator.disturbCallbacks({ double: 0.1 });
    await register(parties);

    const warmUp = startOpenLoop({ operations, rate, seed: SEED });
    await pause(warmUpSeconds * 1_000);
    await warmUp.drain();
    const takenBefore = await measureAtRest(world, operations);

    const load = startOpenLoop({ operations, rate, seed: SEED + 1 });
    const sampler = world.metricsUrl === null ? null : startSampler(world.metricsUrl, toIntervalMs(seconds));
    await pause(1_000);
    const beganAtMs = nowMs();
    const end = await fault.begin(world, seconds);
    const watching = fault.watch?.(world, seconds) ?? null;
    await pause(seconds * 1_000);
    await end();
    const endedAtMs = nowMs();
    const isBack = (): boolean =>
      findRecovery(load.outcomes(), endedAtMs, load.settledUntilMs(), fault.recoverySeconds).afterSeconds !== null;
    await until(isBack, (fault.recoverySeconds + CLEAN_SECONDS) * 1_000 + limits.mutationMs);
    await pause(Math.max(0, endedAtMs + fault.recoverySeconds * 1_000 - nowMs()) + CLEAN_SECONDS * 1_000);
    const samples = sampler?.end() ?? [];
    const loadEndedAtMs = nowMs();
    await load.drain();

    await until(async () => (await world.simulator.callbacks()).pending === 0, (callbackRetrySeconds + 12) * 1_000);
    const lost = (await Promise.all(parties.map(({ client, ledger }) => findLost(client, ledger, oracle)))).flat();
    let takenAfter = await measureAtRest(world, operations);
    // Memory that later garbage collections free is not a leak.
    await until(async () => {
      takenAfter = await measure(world);
      return findGrowth(takenBefore, takenAfter, fault).length === 0;
    }, SHRINK_MS);
    const peakBytes = await world.server.readPeakBytes();
    const signIns = await world.simulator.signIns();
    const callbacks = await world.simulator.callbacks();
    const crash = world.replicas.crash();
    const found = [...((await watching) ?? []), ...((await fault.check?.({ world, parties, seconds })) ?? [])];
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
      samples,
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
    process.stderr.write(`${world.server.program.lastOutput()}\n`);
    throw error;
  } finally {
    if (ending === null) await world.close();
  }
}

/** A chart has about 240 points. Shorter intervals would measure the reading. */
function toIntervalMs(seconds: number): number {
  return Math.max(500, (seconds * 1_000) / 240);
}

async function register([party]: readonly Party[]): Promise<void> {
  if (party === undefined) throw new Error('There is no caller.');
  const answer = await party.client.query('mutation { registerCallbackListener(input: {}) { isThisServer } }', {});
  if (answer.errors.length > 0) throw new Error(`The listener cannot be registered: ${codesOf(answer).join()}`);
}
