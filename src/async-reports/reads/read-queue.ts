import { createDeferred } from '../../domain/deferred.ts';
import { ReportError } from '../../domain/errors.ts';
import { waitFor } from '../../domain/wait-for.ts';

/** Lets the reads of callers take turns. */
export interface ReadQueue {
  /**
   * Runs a read when the principal's turn comes. If the signal aborts, rejects at once with its reason: a read that waits is dropped,
   * and one that has begun ends for nobody. Rejects with STORE_UNAVAILABLE if too many reads of the principal wait.
   */
  run<T>(principal: string, signal: AbortSignal, read: () => Promise<T>): Promise<T>;
}

export interface ReadQueueOptions {
  /** Number of reads that run at once. */
  readonly concurrentReads: number;
  /** Maximum number of reads of one principal that wait. */
  readonly maxWaitingPerPrincipal: number;
}

/** Creates a queue. Each free place goes to the principal that has waited longest for its turn, however many reads it waits with. */
export function createReadQueue({ concurrentReads, maxWaitingPerPrincipal }: ReadQueueOptions): ReadQueue {
  const waitingByPrincipal = new Map<string, Set<() => void>>();
  let free = concurrentReads;

  const release = (): void => {
    const [next] = waitingByPrincipal;
    if (next === undefined) {
      free += 1;
      return;
    }
    const [principal, waiting] = next;
    const [begin] = waiting;
    // The principal has had its turn. If more of its reads wait, it goes to the end of the queue.
    waitingByPrincipal.delete(principal);
    if (begin !== undefined) waiting.delete(begin);
    if (waiting.size > 0) waitingByPrincipal.set(principal, waiting);
    begin?.();
  };
  const remove = (principal: string, begin: () => void): void => {
    const waiting = waitingByPrincipal.get(principal);
    waiting?.delete(begin);
    if (waiting?.size === 0) waitingByPrincipal.delete(principal);
  };

  return {
    run<T>(principal: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const done = createDeferred<T>();
      const begin = (): void => {
        const reading = (async () => read())();
        void reading.then(done.resolve, done.reject).then(release);
      };
      if (free > 0) {
        free -= 1;
        begin();
        return waitFor(done.promise, signal);
      }
      const waiting = waitingByPrincipal.get(principal) ?? new Set();
      if (waiting.size >= maxWaitingPerPrincipal) return Promise.reject(toTooMany(maxWaitingPerPrincipal));
      waitingByPrincipal.set(principal, waiting.add(begin));
      return waitFor(done.promise, signal, () => remove(principal, begin));
    },
  };
}

function toTooMany(limit: number): ReportError {
  const message = `${limit} of your database reads are waiting already, the maximum per caller. Try again when others are answered.`;
  return new ReportError('STORE_UNAVAILABLE', message, { limit });
}
