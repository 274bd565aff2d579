import { ReportError } from '../../domain/errors.ts';
import type { AsyncReport } from '../async-report.ts';
import { createReportReads, type ReportReads } from './cached-reads.ts';
import type { ReportStore } from '../store/store.ts';

/** One state of a request, with reads that all who see it share. */
export interface WatchedReport {
  readonly request: AsyncReport;
  readonly reads: ReportReads;
}

export interface WatchOptions {
  readonly store: ReportReads & Pick<ReportStore, 'subscribe'>;
  readonly now: () => number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** At most one read in so many milliseconds. */
  readonly intervalMs: number;
}

/** What the watchers of one request share: one read a change, whatever their number. */
export interface ReportWatch {
  /** Rejects with StoreError, or with NOT_FOUND where there is no such request. */
  readonly firstState: Promise<WatchedReport>;
  /** The newest state, and its number in the order of the states, from 1. */
  newest(): { readonly version: number; readonly watched: WatchedReport } | null;
  isOver(): boolean;
  /** Calls back on each new state and at the end; returns the way to stop. Ends with its last watcher. */
  join(watcher: () => void): () => void;
  end(): void;
}

/** A longer wait is looked at again after this one. */
const MAX_TIMER_MS = 3_600_000;
const AGAIN_AFTER_FAILURE_MS = 1_000;

/** Watches one request until it is COMPLETED or EXPIRED, or until nobody is left who watches. */
export function startReportWatch(txid: string, options: WatchOptions, onEnd: () => void): ReportWatch {
  const { store, now, after, intervalMs } = options;
  const watchers = new Set<() => void>();
  const first = withResolvers<WatchedReport>();
  let newest: { readonly version: number; readonly watched: WatchedReport } | null = null;
  let isOver = false;
  let isPausing = false;
  let isStale = false;
  let cancelPause = (): void => undefined;
  let cancelDue = (): void => undefined;

  const wake = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    unsubscribe();
    cancelPause();
    cancelDue();
    first.reject(toNotFound());
    onEnd();
    wake();
  };
  const pause = (milliseconds: number): void => {
    cancelPause = after(milliseconds, () => {
      isPausing = false;
      if (isStale) look();
    });
  };
  const take = (request: AsyncReport): void => {
    const before = newest?.watched.request;
    if (newest === null || before?.revision !== request.revision || before.status !== request.status) {
      const watched = { request, reads: createReportReads(store) };
      newest = { version: (newest?.version ?? 0) + 1, watched };
      first.resolve(watched);
      wake();
    }
  };
  const wait = ({ nextChangeAtMs }: AsyncReport): void => {
    cancelDue();
    if (nextChangeAtMs !== null) {
      cancelDue = after(Math.min(Math.max(0, nextChangeAtMs - now()), MAX_TIMER_MS), notify);
    }
    pause(intervalMs);
  };
  const look = (): void => {
    isPausing = true;
    isStale = false;
    store.find(txid, null).then(
      (request) => {
        if (isOver) return;
        if (request !== null) take(request);
        if (request === null || hasEnded(request)) end();
        else wait(request);
      },
      (error: unknown) => {
        if (isOver) return;
        first.reject(error);
        isStale = true;
        if (newest === null) end();
        else pause(AGAIN_AFTER_FAILURE_MS);
      },
    );
  };
  const notify = (): void => {
    isStale = true;
    if (!isPausing) look();
  };

  const unsubscribe = store.subscribe(txid, notify);
  look();
  return {
    firstState: first.promise,
    newest: () => newest,
    isOver: () => isOver,
    join(watcher) {
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) end();
      };
    },
    end,
  };
}

function hasEnded({ status }: AsyncReport): boolean {
  return status === 'COMPLETED' || status === 'EXPIRED';
}

export function toNotFound(): ReportError {
  return new ReportError(
    'NOT_FOUND',
    'There is no such request on this account. Use the txid that requestAggregatedReport gave; requests are kept for RETENTION_DAYS.',
  );
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function withResolvers<T>(): Resolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  // Whoever waits for it is told; where nobody does, nobody misses it.
  promise.catch(() => null);
  return { promise, resolve, reject };
}
