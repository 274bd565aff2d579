import { toCallsUsedUp } from '../domain/call-budget.ts';
import type { ReportError, Warning } from '../domain/errors.ts';
import type { CallOptions } from '../thingspace/send-call.ts';
import { createTurn } from '../thingspace/turn.ts';

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

/** One GraphQL operation, which pays for its upstream calls. */
export interface Operation {
  /** Aborts when the operation is cancelled. Created at the first call. */
  readonly signal: () => AbortSignal;
  /** Its calls are added here. The object also serves as the operation's turn key for the fair semaphore. */
  readonly cost: Cost;
  /** Whether cached usage may be returned. */
  readonly mayUseCache: boolean;
  /** Maximum number of calls that it may take part in, retries included. */
  readonly maxCalls: number;
  /** Those that it has taken part in. */
  callsMade: number;
  /** The calls that it was estimated to need; 0 if it could ask for each of its devices alone. */
  expectedCalls: number;
  /** Further calls that it takes part in because others ask for the same. */
  extraCalls: number;
  /** Calls in flight that use its turn key. */
  callsInFlight: number;
  /** Warnings for `extensions.warnings` of the response. */
  readonly warnings: Warning[];
}

/** An operation that has cost nothing yet. */
export function createOperation(signal: () => AbortSignal, mayUseCache: boolean, maxCalls: number): Operation {
  const cost = { calls: 0, shared: 0, cached: 0, retried: 0, milliseconds: 0 };
  const calls = { maxCalls, callsMade: 0, expectedCalls: 0, extraCalls: 0, callsInFlight: 0 };
  return { signal, cost, mayUseCache, ...calls, warnings: [] };
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

/** How to make one upstream call for the operations that wait for it. */
export type UpstreamCallOptions = Pick<CallOptions, 'signal' | 'turn' | 'onSend' | 'onNotArrived' | 'onRateLimited'>;

/** The operations that wait for a call at the time this is called. */
export type Waiting = () => ReadonlySet<Operation>;

/** Takes an operation out of a call, because it has used up its calls. The error is what it gets instead of the response. */
export type Refuse = (operation: Operation, error: ReportError) => void;

/** An upstream call in progress. */
export interface UpstreamCall {
  readonly options: UpstreamCallOptions;
  /**
   * Call it when an operation joins: while the call waits, it takes a turn of that operation if it comes sooner. If the call has been
   * sent, the operation pays for it, or is refused.
   */
  joined(operation: Operation): void;
  /** Adds the time to every operation that waits now. */
  end(): void;
}

/** Begins a call for the operations that wait for it. Each of them pays for each request that is sent, or is refused. */
export function beginCall(
  waiting: Waiting,
  signal: AbortSignal | null,
  monotonic: () => number,
  refuse: Refuse = () => undefined,
): UpstreamCall {
  const startedAtMs = monotonic();
  /** How many requests each operation has paid for. */
  const paying: Paying = new Map();
  /** Those that pay for the latest request. */
  let latest: Operation[] = [];
  let isSent = false;
  let payer = findLeastBusy(waiting());
  if (payer !== null) payer.callsInFlight += 1;
  const turn = createTurn(payer?.cost ?? {});
  return {
    options: {
      signal,
      turn,
      onSend() {
        const operations = [...waiting()];
        const refused = operations.filter((operation) => !pay(operation, paying, refuse));
        const [first] = refused;
        // Nobody is left whom the response would be for.
        if (first !== undefined && refused.length === operations.length) {
          throw toCallsUsedUp(first.maxCalls, paying.has(first));
        }
        isSent = true;
        latest = operations;
      },
      onNotArrived() {
        isSent = false;
        for (const operation of latest) takeBack(operation, paying);
        latest = [];
      },
      onRateLimited() {
        isSent = false;
        // The platform has done nothing. Otherwise a limit on its side would use up the calls of whoever waits for it.
        for (const operation of paying.keys()) operation.callsMade -= 1;
      },
    },
    joined(operation) {
      if (isSent && !paying.has(operation) && pay(operation, paying, refuse)) latest.push(operation);
      if (operation === payer || turn.changeKey?.(operation.cost) !== true) return;
      if (payer !== null) payer.callsInFlight -= 1;
      operation.callsInFlight += 1;
      payer = operation;
    },
    end() {
      if (payer !== null) payer.callsInFlight -= 1;
      const operations = waiting();
      const milliseconds = Math.round(monotonic() - startedAtMs);
      for (const operation of operations) {
        operation.cost.shared += operations.size > 1 && paying.has(operation) ? 1 : 0;
        operation.cost.milliseconds += milliseconds;
      }
      // What still leads to the call does not lead to its operations, which would have to wait for a major garbage collection with it.
      paying.clear();
      latest = [];
      payer = null;
    },
  };
}

type Paying = Map<Operation, number>;

/** Counts a request for an operation; refuses the operation and returns false if it has used up its calls. */
function pay(operation: Operation, paying: Paying, refuse: Refuse): boolean {
  const paid = paying.get(operation) ?? 0;
  const isRepeated = paid > 0;
  if (operation.callsMade >= operation.maxCalls) {
    refuse(operation, toCallsUsedUp(operation.maxCalls, isRepeated));
    return false;
  }
  operation.callsMade += 1;
  operation.cost[isRepeated ? 'retried' : 'calls'] += 1;
  paying.set(operation, paid + 1);
  return true;
}

/** Takes a request that has not arrived out of the reported cost. It still counts towards the limit, so that retries have an end. */
function takeBack(operation: Operation, paying: Paying): void {
  const paid = paying.get(operation) ?? 0;
  if (paid === 0) return;
  operation.cost[paid > 1 ? 'retried' : 'calls'] -= 1;
  if (paid > 1) paying.set(operation, paid - 1);
  else paying.delete(operation);
}

/** Makes a call that only one operation waits for, and adds its cost. Throws what the call throws. */
export async function callForOperation<T>(
  operation: Operation,
  signal: AbortSignal | null,
  monotonic: () => number,
  call: (options: UpstreamCallOptions) => Promise<T>,
): Promise<T> {
  const begun = beginCall(() => new Set([operation]), signal, monotonic);
  try {
    return await call(begun.options);
  } finally {
    begun.end();
  }
}

/**
 * The operation with the fewest calls in flight: a single device does not wait behind the thousand of
 * another operation that shares its call.
 */
function findLeastBusy(operations: ReadonlySet<Operation>): Operation | null {
  let leastBusy: Operation | null = null;
  for (const operation of operations) {
    if (leastBusy === null || operation.callsInFlight < leastBusy.callsInFlight) leastBusy = operation;
  }
  return leastBusy;
}
