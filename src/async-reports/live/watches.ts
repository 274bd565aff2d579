import { ReportError } from '../../domain/errors.ts';
import type { AsyncReport } from '../async-report.ts';
import { startReportWatch, toNotFound, type ReportWatch, type WatchedState, type WatchOptions } from './watch.ts';

/** The states of a report, for one watcher. */
export interface WatchedStates extends AsyncIterableIterator<WatchedState> {
  /** Resolves with true when `next` would return a state at once, and with false when the stream has ended or failed. */
  changed(): Promise<boolean>;
}

/** Streams the states of reports to any number of watchers. */
export interface ReportWatches {
  /**
   * Returns the current state of the report, then each change, and ends when the report is COMPLETED or EXPIRED. A slow watcher skips
   * to the newest state. Rejects with NOT_FOUND if there is no such report or `maySee` returns false, or with StoreError.
   * If `signal` aborts because the client left, the stream ends; for any other reason, its next state is rejected with that reason.
   */
  watch(txid: string, maySee: (report: AsyncReport) => boolean, signal: AbortSignal): Promise<WatchedStates>;
  /** Returns the number of reports that are being watched. */
  count(): number;
  /** Ends every watch. */
  endAll(): void;
}

/** Creates the watches. All watchers of a report share one watch. */
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
        const { report } = await watch.firstState;
        if (!maySee(report)) throw toNotFound();
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

type Result = IteratorResult<WatchedState, undefined>;

/** Hand-written: an async generator does not see `return()` while it is suspended on an await. */
function createWatcher(watch: ReportWatch, signal: AbortSignal): WatchedStates {
  let seen = 0;
  let isClosed = false;
  let resolveNext: ((result: Result | Promise<never>) => void) | null = null;
  let resolveChanged: ((isNew: boolean) => void) | null = null;
  let pendingError: Error | null = null;

  const take = (): Result | null => {
    const newest = isClosed ? null : watch.newest();
    if (newest !== null && newest.version > seen) {
      seen = newest.version;
      return { done: false, value: newest.watched };
    }
    return isClosed || watch.isOver() ? { done: true, value: undefined } : null;
  };
  /** Null while there is nothing to take. */
  const findChange = (): boolean | null => {
    if (isClosed || pendingError !== null) return false;
    if ((watch.newest()?.version ?? 0) > seen) return true;
    return watch.isOver() ? false : null;
  };
  const reportChange = (): void => {
    const isNew = resolveChanged === null ? null : findChange();
    if (isNew === null) return;
    resolveChanged?.(isNew);
    resolveChanged = null;
  };
  const wake = (): void => {
    reportChange();
    const result = resolveNext === null ? null : take();
    if (result === null) return;
    resolveNext?.(result);
    resolveNext = null;
    if (result.done === true) close();
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    signal.removeEventListener('abort', onAbort);
    stop();
    wake();
  };
  const rejectNext = (reason: Error): void => {
    if (resolveNext === null) pendingError = reason;
    else resolveNext(Promise.reject(reason));
    resolveNext = null;
  };
  const onAbort = (): void => {
    const reason = signal.reason as Error;
    if (!isClosed && !isCancelled(reason)) rejectNext(reason);
    close();
  };
  const stop = watch.join(wake);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });

  const watcher: WatchedStates = {
    [Symbol.asyncIterator]: () => watcher,
    changed() {
      const isNew = findChange();
      return isNew === null ? new Promise((resolve) => (resolveChanged = resolve)) : Promise.resolve(isNew);
    },
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

/** Whether the client left by itself: then it gets no error. */
function isCancelled(reason: Error): boolean {
  return reason instanceof ReportError && reason.code === 'REQUEST_CANCELLED';
}
