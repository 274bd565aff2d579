import { createDeferred } from '../../domain/deferred.ts';
import { HOUR_MS } from '../../domain/durations.ts';
import { ReportError } from '../../domain/errors.ts';
import type { AsyncReport } from '../async-report.ts';
import type { OperationReads } from '../reads/operation-reads.ts';
import type { ReportReads } from '../reads/report-reads.ts';
import type { StateReads } from '../reads/shared-reads.ts';
import type { ReportStore } from '../store/store.ts';

/** A report as found by an operation or for an event, with the reads that its fields make. */
export interface FoundReport {
  readonly report: AsyncReport;
  readonly reads: ReportReads;
}

/** One state of a report, with reads that all its watchers share. */
export interface WatchedState {
  readonly report: AsyncReport;
  readonly reads: StateReads;
}

export interface WatchOptions {
  readonly store: Pick<ReportStore, 'find' | 'subscribe'>;
  readonly openReads: OperationReads['forState'];
  readonly now: () => number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** The shortest time between two reads, in milliseconds. */
  readonly intervalMs: number;
}

/** The shared watch of one report: it reads once per change, however many watchers it has. */
export interface ReportWatch {
  /** Rejects with StoreError, or with NOT_FOUND if there is no such report. */
  readonly firstState: Promise<WatchedState>;
  /** Returns the newest state; `version` counts the states from 1. Null before the first state. */
  newest(): { readonly version: number; readonly watched: WatchedState } | null;
  isOver(): boolean;
  /** Calls `watcher` on each new state and at the end. Returns the function that leaves; when the last watcher leaves, the watch ends. */
  join(watcher: () => void): () => void;
  end(): void;
}

/** A timer for a later change ends after this time, and the report is read again. */
const MAX_TIMER_MS = HOUR_MS;
const RETRY_AFTER_FAILURE_MS = 1_000;

/** Watches one report until it is COMPLETED or EXPIRED, or until its last watcher leaves. */
export function startReportWatch(txid: string, options: WatchOptions, onEnd: () => void): ReportWatch {
  const { store, openReads, now, after, intervalMs } = options;
  const watchers = new Set<() => void>();
  const first = createDeferred<WatchedState>();
  let newest: { readonly version: number; readonly watched: WatchedState } | null = null;
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
  const take = (report: AsyncReport): void => {
    const before = newest?.watched.report;
    if (newest === null || before?.revision !== report.revision || before.status !== report.status) {
      const watched = { report, reads: openReads() };
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
      (report) => {
        if (isOver) return;
        if (report !== null) take(report);
        if (report === null || hasEnded(report)) end();
        else wait(report);
      },
      (error: unknown) => {
        if (isOver) return;
        first.reject(error);
        isStale = true;
        if (newest === null) end();
        else pause(RETRY_AFTER_FAILURE_MS);
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

/** Returns the NOT_FOUND error for a report that does not exist, or that the principal may not see. */
export function toNotFound(): ReportError {
  return new ReportError(
    'NOT_FOUND',
    'There is no such report on this account. Send a txid that requestAggregatedReport returned; reports are stored for RETENTION_DAYS.',
  );
}
