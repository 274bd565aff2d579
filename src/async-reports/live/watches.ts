import type { CancelSignal } from '../../domain/deadline.ts';
import { ReportError } from '../../domain/errors.ts';
import type { AsyncReport } from '../async-report.ts';
import { startReportWatch, toNotFound, type ReportWatch, type WatchedReport, type WatchOptions } from './watch.ts';

/** The states of requests as they come, for any number of watchers. */
export interface ReportWatches {
  /**
   * The request now, then each change, and the end once it is COMPLETED or EXPIRED; a watcher that is slow sees the newest state only.
   * Ends as well when the watcher goes away. Rejects with NOT_FOUND where there is no such request for whom it is, or with StoreError;
   * where the watcher has to go, its next state is rejected with the reason.
   */
  watch(
    txid: string,
    maySee: (request: AsyncReport) => boolean,
    signal: CancelSignal,
  ): Promise<AsyncIterableIterator<WatchedReport>>;
  /** How many requests are watched now. */
  count(): number;
  /** Ends every watch. */
  endAll(): void;
}

/** Watches that share one read a change, a request each. */
export function createReportWatches(options: WatchOptions): ReportWatches {
  const watches = new Map<string, ReportWatch>();

  const start = (txid: string): ReportWatch => {
    const watch = startReportWatch(txid, options, () => {
      if (watches.get(txid) === watch) watches.delete(txid);
    });
    watches.set(txid, watch);
    return watch;
  };

  return {
    async watch(txid, maySee, signal) {
      const watch = watches.get(txid) ?? start(txid);
      const watcher = createWatcher(watch, signal);
      try {
        const { request } = await watch.firstState;
        if (!maySee(request)) throw toNotFound();
        return watcher;
      } catch (error) {
        await watcher.return?.();
        throw error;
      }
    },
    count: () => watches.size,
    endAll() {
      for (const watch of [...watches.values()]) watch.end();
    },
  };
}

type Result = IteratorResult<WatchedReport, undefined>;

/** By hand, for an async generator would not hear that it is left while it waits for the next state. */
function createWatcher(watch: ReportWatch, signal: CancelSignal): AsyncIterableIterator<WatchedReport> {
  let seen = 0;
  let isClosed = false;
  let unsubscribe = (): void => undefined;
  let resolveNext: ((result: Result | Promise<never>) => void) | null = null;
  let pendingError: Error | null = null;

  const take = (): Result | null => {
    const newest = isClosed ? null : watch.newest();
    if (newest !== null && newest.version > seen) {
      seen = newest.version;
      return { done: false, value: newest.watched };
    }
    return isClosed || watch.isOver() ? { done: true, value: undefined } : null;
  };
  const wake = (): void => {
    const result = resolveNext === null ? null : take();
    if (result === null) return;
    resolveNext?.(result);
    resolveNext = null;
    if (result.done === true) close();
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    unsubscribe();
    stop();
    wake();
  };
  const rejectNext = (reason: Error): void => {
    if (resolveNext === null) pendingError = reason;
    else resolveNext(Promise.reject(reason));
    resolveNext = null;
  };
  const stop = watch.join(wake);
  // It can be over already, and then calls back at once.
  unsubscribe = signal.onAbort((reason) => {
    if (!isClosed && !isCancelled(reason)) rejectNext(reason);
    close();
  });

  const watcher: AsyncIterableIterator<WatchedReport> = {
    [Symbol.asyncIterator]: () => watcher,
    next() {
      if (pendingError !== null) {
        const reason = pendingError;
        pendingError = null;
        return Promise.reject(reason);
      }
      const result = take();
      if (result === null) return new Promise((resolve) => (resolveNext = resolve));
      if (result.done === true) close();
      return Promise.resolve(result);
    },
    return() {
      close();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return watcher;
}

/** Who has gone by themselves is told nothing. */
function isCancelled(reason: Error): boolean {
  return reason instanceof ReportError && reason.code === 'REQUEST_CANCELLED';
}
