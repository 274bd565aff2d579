import type { Imei } from '../../../src/domain/imei.ts';
import type { UsageQuery } from '../../../src/reports/aggregate-request.ts';
import { createFetchUsage, type DeviceOutcome } from '../../../src/reports/aggregated-report.ts';
import { createLoadersOf } from '../../../src/reports/batching/report-loaders.ts';
import { toAborts } from '../../../src/domain/wait-for.ts';
import { createOperation, NO_LIMITS } from '../../../src/reports/operation.ts';
import { createThingspaceClient } from '../../../src/thingspace/client.ts';
import type { Exchange, HttpResponse } from '../../../src/thingspace/http-client.ts';
import { createCallPolicies, type PolicySettings } from '../../../src/thingspace/resilience/policy.ts';
import { createCallerTokens } from '../../../src/thingspace/sign-in/caller-tokens.ts';
import { createEventClock } from '../fakes/event-clock.ts';
import { createManualSignal } from '../fakes/manual-signal.ts';
import { toQuery } from './batching-rig.ts';

/** One operation: when it arrives, what it asks for, and when its client disconnects. Times are in milliseconds. */
export interface PlannedOperation {
  readonly arrivesAtMs: number;
  readonly account: number;
  readonly imeis: readonly Imei[];
  /** Null if the client stays. */
  readonly leavesAfterMs: number | null;
}

export interface RanOperation extends PlannedOperation {
  readonly query: UsageQuery;
  /** Null if it has no answer. */
  outcomes: readonly DeviceOutcome[] | null;
  endedAtMs: number;
}

/** A call that the platform got. */
export interface SentCall {
  readonly sentAtMs: number;
  readonly accountNumber: string;
  readonly imeis: readonly string[];
  /** Null if it was aborted before. */
  answer: { readonly status: number; readonly atMs: number } | null;
}

export interface PacedRigOptions {
  readonly settings: Pick<PolicySettings, 'callsPerSecond' | 'concurrency'>;
  /** How long the platform takes for each call, in turn. */
  readonly latenciesMs: readonly number[];
  /** Calls of an account that the platform accepts in any second; it answers 429 to the others. */
  readonly acceptedPerSecond: number;
  readonly retryAfterSeconds: number | null;
}

const SECOND_MS = 1_000;

/** Runs operations against a platform with a rate limit, from their loaders to the HTTP exchange, in time that the test makes up. */
export async function runPaced(
  planned: readonly PlannedOperation[],
  { settings, latenciesMs, acceptedPerSecond, retryAfterSeconds }: PacedRigOptions,
): Promise<{ readonly operations: readonly RanOperation[]; readonly calls: readonly SentCall[] }> {
  const clock = createEventClock();
  const calls: SentCall[] = [];
  const accepted: SentCall[] = [];
  const decide = (call: SentCall): HttpResponse => {
    const recent = accepted.filter(
      ({ sentAtMs, accountNumber }) => sentAtMs > clock.monotonic() - SECOND_MS && accountNumber === call.accountNumber,
    );
    if (recent.length >= acceptedPerSecond) {
      const retryAfter = retryAfterSeconds === null ? null : String(retryAfterSeconds);
      return { status: 429, retryAfter, body: '' };
    }
    accepted.push(call);
    const usage = call.imeis.map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: Number(imei.slice(-6)) }));
    return { status: 200, retryAfter: null, body: JSON.stringify({ txid: 'a-txid', usage }) };
  };
  const exchange: Exchange = async ({ body = '', signal }) => {
    signal.throwIfAborted();
    const { accountNumber, imei } = JSON.parse(body) as { readonly accountNumber: string; readonly imei: string[] };
    const call: SentCall = { sentAtMs: clock.monotonic(), accountNumber, imeis: imei, answer: null };
    const response = decide(call);
    await clock.wait(latenciesMs[calls.push(call) % latenciesMs.length] ?? 0, signal);
    call.answer = { status: response.status, atMs: clock.monotonic() };
    return response;
  };
  const timeouts = { callTimeoutMs: 600_000, totalTimeoutMs: 600_000 };
  const policies = createCallPolicies({
    settings: { ...timeouts, retries: 2, breakerFailures: 8, ...settings },
    clock,
    onBreaker: () => undefined,
  });
  const baseUrl = 'http://127.0.0.1/api';
  const tokens = createCallerTokens({ baseUrl, tokens: { bearer: 'a-bearer', session: 'a-session' }, clock });
  const client = createThingspaceClient({ baseUrl, exchange, clock, policies }, tokens);
  const loadersOf = createLoadersOf({
    fetchUsage: createFetchUsage({ client, repeatInHeaders: false, now: clock.now, settleAfterMs: 0 }),
    fetchSessionsReport: () => Promise.reject(new Error('nobody asks for sessions')),
    clock,
    batchWindowMs: 5,
    cache: { maxBytes: 0, unsettledMs: 0 },
  });

  const operations = planned.map((plan): RanOperation => {
    const query = toQuery(plan.account);
    const ran: RanOperation = { ...plan, query, outcomes: null, endedAtMs: Infinity };
    clock.after(plan.arrivesAtMs, () => {
      const signal = createManualSignal();
      const usage = loadersOf(createOperation(toAborts(signal.signal), true, NO_LIMITS)).usage();
      usage
        .loadDevices(query, plan.imeis)
        .then(
          (outcomes) => (ran.outcomes = outcomes),
          () => undefined,
        )
        .finally(() => (ran.endedAtMs = clock.monotonic()));
      if (plan.leavesAfterMs !== null) clock.after(plan.leavesAfterMs, signal.abort);
    });
    return ran;
  });
  await clock.run();
  return { operations, calls };
}
