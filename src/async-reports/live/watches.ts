import { ReportError } from '../../domain/errors.ts';
import type { AsyncReport } from '../async-report.ts';
import { startReportWatch, type ReportWatch, type Watchable, type WatchedState, type WatchOptions } from './watch.ts';

/** The states of a report, for one watcher. */
export interface WatchedStates<T = AsyncReport> extends AsyncIterableIterator<WatchedState<T>> {
  /** Resolves with true when `next` would return a state at once, and with false when the stream has ended or failed. */
  changed(): Promise<boolean>;
}

/** Streams the states of reports to any number of watchers. */
export interface ReportWatches<T = AsyncReport> {
  /**
   * Returns the current state of the report, then each change, and ends when its status is final. A slow watcher skips
   * to the newest state. Rejects with NOT_FOUND if there is no such report or `maySee` returns false, or with StoreError.
   * If `signal` aborts because the client left, the stream ends; for any other reason, its next state is rejected with that reason.
   */
  watch(id: string, maySee: (report: T) => boolean, signal: AbortSignal): Promise<WatchedStates<T>>;
  /** Returns the number of reports that are being watched. */
  count(): number;
  /** Ends every watch. */
  endAll(): void;
}

/** Creates the watches. All watchers of a report share one watch. */
export function createReportWatches<T extends Watchable>(options: WatchOptions<T>): ReportWatches<T> {
  const watches = new Map<string, ReportWatch<T>>();

  const start = (id: string): ReportWatch<T> => {
    const watch = startReportWatch(id, options, () => {
      if (watches.get(id) === watch) watches.delete(id);
    });
    watches.set(id, watch);
    return watch;
  };

  return {
    async watch(id, maySee, signal) {
      const watch = watches.get(id) ?? start(id);
      const watcher = createWatcher(watch, signal);
      try {
        const { report } = await watch.firstState;
        if (!maySee(report)) throw options.toNotFound();
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

type Result<T> = IteratorResult<WatchedState<T>, undefined>;

/** Hand-written: an async generator does not see `return()` while it is suspended on an await. */
function createWatcher<T>(watch: ReportWatch<T>, signal: AbortSignal): WatchedStates<T> {
  let seen = 0;
  let isClosed = false;
  let resolveNext: ((result: Result<T> | Promise<never>) => void) | null = null;
  let resolveChanged: ((isNew: boolean) => void) | null = null;
  let pendingError: Error | null = null;

  const take = (): Result<T> | null => {
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

  const watcher: WatchedStates<T> = {
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
