import { ReportError, type Warning } from '../domain/errors.ts';

/** The upstream cost of one operation so far; its loaders add to it. */
export interface Cost {
  /** Report calls made for this operation. */
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

/** The cost of an operation that has requested nothing yet. */
export function createCost(): Cost {
  return { calls: 0, shared: 0, cached: 0, retried: 0, milliseconds: 0 };
}

/** One GraphQL operation, which pays for its upstream calls. */
export interface Operation {
  /** Aborts when the operation is cancelled. Created at the first call. */
  readonly signal: () => AbortSignal;
  /** Its calls are added here. The object also serves as the operation's turn key for the fair semaphore. */
  readonly cost: Cost;
  /** Whether cached usage may be returned. */
  readonly mayUseCache: boolean;
  /** Calls in flight that use its turn key. */
  callsInFlight: number;
  /** Warnings for `extensions.warnings` of the response. */
  readonly warnings: Warning[];
}

/** An operation that has cost nothing yet. */
export function createOperation(signal: () => AbortSignal, mayUseCache: boolean): Operation {
  return { signal, cost: createCost(), mayUseCache, callsInFlight: 0, warnings: [] };
}

/** How to make one upstream call for the operations that wait for it. */
export interface UpstreamCallOptions {
  /** Aborts when no operation waits any more; null if the call is made in any case. */
  readonly signal: AbortSignal | null;
  /** Key for the fair semaphore. */
  readonly turnKey: object;
  readonly onRetry: () => void;
}

/** The operations that wait for a call at the time this is called. */
export type Waiting = () => ReadonlySet<Operation>;

/** An upstream call in progress. */
export interface UpstreamCall {
  readonly options: UpstreamCallOptions;
  /** Adds the cost to every operation that waits now. `error` is what the call threw; null if it succeeded. */
  end(error: unknown): void;
}

/** Begins a call for the operations that wait for it. */
export function beginCall(waiting: Waiting, signal: AbortSignal | null, monotonic: () => number): UpstreamCall {
  const startedAtMs = monotonic();
  let retried = 0;
  const leastBusy = findLeastBusy(waiting());
  if (leastBusy !== null) leastBusy.callsInFlight += 1;
  return {
    options: { signal, turnKey: leastBusy?.cost ?? {}, onRetry: () => (retried += 1) },
    end(error) {
      if (leastBusy !== null) leastBusy.callsInFlight -= 1;
      const isSent = retried > 0 || !(error instanceof ReportError) || error.details.notAsked !== true;
      const operations = waiting();
      const milliseconds = Math.round(monotonic() - startedAtMs);
      for (const { cost } of operations) {
        cost.calls += isSent ? 1 : 0;
        cost.shared += isSent && operations.size > 1 ? 1 : 0;
        cost.retried += retried;
        cost.milliseconds += milliseconds;
      }
    },
  };
}

/** Makes a call and adds its cost to every operation that waits for it when it ends. Throws what the call throws. */
export async function callForOperations<T>(
  waiting: Waiting,
  signal: AbortSignal | null,
  monotonic: () => number,
  call: (options: UpstreamCallOptions) => Promise<T>,
): Promise<T> {
  const begun = beginCall(waiting, signal, monotonic);
  let failure: unknown = null;
  try {
    return await call(begun.options);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    begun.end(failure);
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
