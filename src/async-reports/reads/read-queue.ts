import { createDeferred } from '../../domain/deferred.ts';
import { ReportError } from '../../domain/errors.ts';
import { toOnAbort, waitFor } from '../../domain/wait-for.ts';

/** Lets the reads of callers take turns. */
export interface ReadQueue {
  /**
   * Runs a read when the principal's turn comes. If the signal aborts, rejects at once with its reason: a read that waits is dropped,
   * and one that has begun ends for nobody. Rejects with STORE_UNAVAILABLE if too many reads of the principal wait.
   */
  run<T>(principal: string, signal: AbortSignal, read: () => Promise<T>): Promise<T>;
}

export interface ReadQueueOptions {
  /** Maximum number of reads that run at once. */
  readonly concurrentReads: number;
  /** Maximum number of them that are of one principal. */
  readonly concurrentReadsPerPrincipal: number;
  /** Maximum number of reads of one principal that wait. */
  readonly maxWaitingPerPrincipal: number;
}

/** The reads of one principal. */
interface Line {
  readonly principal: string;
  readonly waiting: Set<() => void>;
  running: number;
}

/** Creates a queue. Each free place goes to the principal that has waited longest for its turn, however many reads it waits with. */
export function createReadQueue(options: ReadQueueOptions): ReadQueue {
  const { concurrentReads, concurrentReadsPerPrincipal, maxWaitingPerPrincipal } = options;
  const lines = new Map<string, Line>();
  /** The lines with a read that waits only for a place, in the order of their turns. */
  const ready = new Set<Line>();
  let running = 0;

  const isFull = (line: Line): boolean => line.running >= concurrentReadsPerPrincipal;
  const start = (line: Line, begin: () => void): void => {
    line.running += 1;
    running += 1;
    begin();
  };
  const remove = (line: Line, begin: () => void): void => {
    line.waiting.delete(begin);
    if (line.waiting.size > 0) return;
    ready.delete(line);
    if (line.running === 0) lines.delete(line.principal);
  };
  const startNext = (): void => {
    const [line] = ready;
    const [begin] = line?.waiting ?? [];
    if (line === undefined || begin === undefined) return;
    line.waiting.delete(begin);
    // The principal has had its turn. If more of its reads wait, it goes to the end of the queue.
    ready.delete(line);
    start(line, begin);
    if (line.waiting.size > 0 && !isFull(line)) ready.add(line);
  };
  const end = (line: Line): void => {
    line.running -= 1;
    running -= 1;
    if (line.waiting.size > 0) ready.add(line);
    else if (line.running === 0) lines.delete(line.principal);
    startNext();
  };

  return {
    run<T>(principal: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const line = lines.get(principal) ?? { principal, waiting: new Set(), running: 0 };
      if (line.waiting.size >= maxWaitingPerPrincipal) return Promise.reject(toTooMany(maxWaitingPerPrincipal));
      lines.set(principal, line);
      const done = createDeferred<T>();
      const begin = (): void => {
        const reading = (async () => read())();
        void reading.then(done.resolve, done.reject).then(() => end(line));
      };
      if (running < concurrentReads && !isFull(line)) {
        start(line, begin);
        return waitFor(done.promise, toOnAbort(signal));
      }
      line.waiting.add(begin);
      if (!isFull(line)) ready.add(line);
      return waitFor(done.promise, toOnAbort(signal), () => remove(line, begin));
    },
  };
}

function toTooMany(limit: number): ReportError {
  const message = `${limit} of your database reads are waiting already, the maximum per caller. Try again when others are answered.`;
  return new ReportError('STORE_UNAVAILABLE', message, { limit });
}
