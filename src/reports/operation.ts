import type { CancelSignal } from '../domain/deadline.ts';
import { ReportError, type Warning } from '../domain/errors.ts';

/** What one operation cost upstream so far; its reports add to it. */
export interface Cost {
  /** Report calls that fetched something of this operation. */
  calls: number;
  /** Those of them that other operations shared. */
  shared: number;
  /** Devices and reports that were answered from what was fetched before. */
  cached: number;
  /** Calls that were repeated after a failure. */
  retried: number;
  /** The time that its calls took, added up. */
  milliseconds: number;
}

/** The cost of an operation that has asked for nothing yet. */
export function createCost(): Cost {
  return { calls: 0, shared: 0, cached: 0, retried: 0, milliseconds: 0 };
}

/** For whom an upstream call is made: one operation. */
export interface Operation {
  readonly signal: CancelSignal;
  /** What its calls are added to. It is also who it is: operations take turns upstream by it. */
  readonly cost: Cost;
  /** Whether figures that were fetched before may answer. */
  readonly mayUseCache: boolean;
  /** Calls that take their turn upstream in its name. */
  callsInFlight: number;
  /** What it should know beside its answer. */
  readonly warnings: Warning[];
}

export function createOperation(signal: CancelSignal, mayUseCache: boolean): Operation {
  return { signal, cost: createCost(), mayUseCache, callsInFlight: 0, warnings: [] };
}

/** The answer, or the reason why the caller went away where that comes first; then the work is left. */
export function untilAborted<T>(
  answer: Promise<T>,
  { signal }: Operation,
  onAbort: (reason: Error) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const unsubscribe = signal.onAbort((reason) => {
      reject(reason);
      onAbort(reason);
    });
    answer.then(
      (value) => {
        unsubscribe();
        resolve(value);
      },
      (error: unknown) => {
        unsubscribe();
        reject(toLoadError(error));
      },
    );
  });
}

/** What a loader's batch puts in the place of an answer that failed. */
export function toLoadError(error: unknown): Error {
  return error instanceof Error ? error : new Error('fetching failed', { cause: error });
}

/** How one upstream call is made for those who wait for it. */
export interface UpstreamCallOptions {
  /** Aborts when the last of them has gone; null where the call is made whoever waits. */
  readonly signal: AbortSignal | null;
  /** Who takes the turn upstream. */
  readonly turnKey: object;
  readonly onRetry: () => void;
}

/** Those who wait for one call, as they are when it ends. */
export type Waiting = () => ReadonlySet<Operation>;

/** Makes a call and adds what it cost to all who wait for it by its end. Throws what the call throws. */
export async function callForOperations<T>(
  waiting: Waiting,
  signal: AbortSignal | null,
  monotonic: () => number,
  call: (options: UpstreamCallOptions) => Promise<T>,
): Promise<T> {
  const startedAtMs = monotonic();
  let retried = 0;
  let isSent = true;
  const leastBusy = findLeastBusy(waiting());
  if (leastBusy !== null) leastBusy.callsInFlight += 1;
  try {
    return await call({ signal, turnKey: leastBusy?.cost ?? {}, onRetry: () => (retried += 1) });
  } catch (error) {
    isSent = retried > 0 || !(error instanceof ReportError) || error.details.notAsked !== true;
    throw error;
  } finally {
    if (leastBusy !== null) leastBusy.callsInFlight -= 1;
    const operations = waiting();
    const milliseconds = Math.round(monotonic() - startedAtMs);
    for (const { cost } of operations) {
      cost.calls += isSent ? 1 : 0;
      cost.shared += isSent && operations.size > 1 ? 1 : 0;
      cost.retried += retried;
      cost.milliseconds += milliseconds;
    }
  }
}

/** Who takes the fewest turns: one device does not wait behind the thousand of another caller that its call has a device of. */
function findLeastBusy(operations: ReadonlySet<Operation>): Operation | null {
  let leastBusy: Operation | null = null;
  for (const operation of operations) {
    if (leastBusy === null || operation.callsInFlight < leastBusy.callsInFlight) leastBusy = operation;
  }
  return leastBusy;
}
