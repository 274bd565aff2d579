import type { Warning } from '../domain/errors.ts';
import type { DayCounts } from '../domain/day-counts.ts';
import type { LoadedData } from '../domain/freshness.ts';
import type { CallCount } from '../domain/server-status.ts';
import type { OperationTrace } from '../telemetry/traces.ts';
import type { Aborts } from '../domain/wait-for.ts';
import { NO_PRINCIPAL } from '../thingspace/turn.ts';

/** The upstream cost of one operation so far; its loaders add to it. */
export interface Cost {
  /** Report calls that went up to the platform for this operation. */
  calls: number;
  /** Those of them that also served other operations. */
  shared: number;
  /** Devices and reports returned from the cache, without a call. */
  cached: number;
  /** Repeated attempts after a failure. */
  retried: number;
  /** The durations of its calls, added up. Calls overlap, so this can exceed the response time. */
  milliseconds: number;
}

/** One GraphQL operation, which pays for its upstream calls. It aborts when it is cancelled. */
export interface Operation extends Aborts {
  /** Identifies who sent it: the same text for all operations of one caller, found out at the first call that has to wait. */
  readonly principal: () => string;
  /** The id of its request; null if this server makes it for itself. */
  readonly requestId: string | null;
  /** Null if traces are turned off, and for what this server does for itself. */
  readonly trace: OperationTrace | null;
  /** The accounts that it is about, as far as its arguments have been read. */
  readonly accounts: Set<string>;
  /** Its calls are added here. The object also serves as the operation's turn key for the fair semaphore. */
  readonly cost: Cost;
  /** Whether cached usage may be returned. */
  readonly mayUseCache: boolean;
  /** Maximum number of calls that it may take part in, retries included. */
  readonly maxCalls: number;
  /** Those that it has taken part in. */
  callsMade: number;
  /** Maximum number of bytes of the platform's answers that it may wait for, retries included. */
  readonly maxBytes: number;
  /** Those that have arrived. */
  bytesReceived: number;
  /** Those of answers that it did not get, because they did not fit. Beyond a quarter of `maxBytes`, it asks for nothing more. */
  bytesRefused: number;
  /** What was unpacked for it from the cache. `maxBytes` is its maximum, too. */
  bytesUnpacked: number;
  /** The calls that it was estimated to need; 0 if it could ask for each of its devices alone. */
  expectedCalls: number;
  /** Further calls that it takes part in because others ask for the same. */
  extraCalls: number;
  /** Calls in flight that use its turn key. */
  callsInFlight: number;
  /** Its share of the calls that were not made because operations shared one: of a call for ten operations, each has 0.9. */
  callsSaved: number;
  /** Updated by its loaders, and by whatever else reads data. */
  readonly loaded: LoadedData;
  /** Counts the calls of all operations together. */
  readonly totals: CallTotals;
  /** Warnings for `extensions.warnings` of the response. */
  readonly warnings: Warning[];
}

/** Where calls are counted, whoever pays for them. */
export type CallTotals = Pick<DayCounts<CallCount>, 'add'>;

/** What an operation may ask of the platform. */
export type OperationLimits = Pick<Operation, 'maxCalls' | 'maxBytes'>;

export const NO_LIMITS: OperationLimits = { maxCalls: Infinity, maxBytes: Infinity };

/** Who sent an operation, how it is known in logs and traces, and where its calls are counted: by default nowhere. */
export type OperationOrigin = Pick<Operation, 'principal' | 'requestId' | 'trace'> & Partial<Pick<Operation, 'totals'>>;

const NO_TOTALS: CallTotals = { add: () => undefined };
const NOBODY: OperationOrigin = { principal: NO_PRINCIPAL, requestId: null, trace: null };

/** An operation that has cost nothing yet. */
export function createOperation(
  { signal, onAbort }: Aborts,
  mayUseCache: boolean,
  { maxCalls, maxBytes }: OperationLimits,
  { principal, requestId, trace, totals = NO_TOTALS }: OperationOrigin = NOBODY,
): Operation {
  const cost = { calls: 0, shared: 0, cached: 0, retried: 0, milliseconds: 0 };
  const limits = { maxCalls, callsMade: 0, maxBytes, bytesReceived: 0, bytesRefused: 0, bytesUnpacked: 0 };
  const calls = { expectedCalls: 0, extraCalls: 0, callsInFlight: 0, callsSaved: 0 };
  const accounts = new Set<string>();
  const loaded = { final: 0, changing: 0 };
  return {
    signal,
    principal,
    requestId,
    trace,
    onAbort,
    accounts,
    cost,
    totals,
    mayUseCache,
    ...limits,
    ...calls,
    loaded,
    warnings: [],
  };
}

/** Whether it can take part in further calls, besides those that it was estimated to need. */
export function hasCallsToSpare({ maxCalls, expectedCalls, extraCalls }: Operation, calls: number): boolean {
  return expectedCalls + extraCalls + calls <= maxCalls;
}

/**
 * Counts extra calls if the operation can pay for them besides those that it was estimated to need; returns whether it can. Otherwise
 * the traffic of others would use up its calls.
 */
export function takeExtraCalls(operation: Operation, calls: number): boolean {
  if (!hasCallsToSpare(operation, calls)) return false;
  operation.extraCalls += calls;
  return true;
}

/** The traces of the operations that wait for a call, that of its payer first. */
export function toTraces(payer: Operation | null, waiting: ReadonlySet<Operation>): readonly OperationTrace[] {
  const operations = payer !== null && waiting.has(payer) ? [payer, ...waiting] : [...waiting];
  return operations.flatMap(({ trace }) => trace ?? []);
}
