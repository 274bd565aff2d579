import { createDeferred } from '../../domain/deferred.ts';
import { HOUR_MS } from '../../domain/durations.ts';
import { ReportError } from '../../domain/errors.ts';
import type { AsyncReport } from '../async-report.ts';
import type { OperationReads } from '../reads/operation-reads.ts';
import type { ReportReads } from '../reads/report-reads.ts';
import type { StateReads } from '../reads/shared-reads.ts';

/** A report as found by an operation or for an event, with the reads that its fields make. */
export interface FoundReport {
  readonly report: AsyncReport;
  readonly reads: ReportReads;
}

/** What can be watched: a report, or a fleet report. */
export interface Watchable {
  readonly status: string;
  /** Increases with every change but those that only the time makes. */
  readonly revision: number;
  /** When it changes next if nothing arrives; null if it does not. */
  readonly nextChangeAtMs: number | null;
}

/** One state of a report, with reads that all its watchers share. */
export interface WatchedState<T = AsyncReport> {
  readonly report: T;
  readonly reads: StateReads;
}

export interface WatchOptions<T extends Watchable> {
  /** Returns the report with this id as of now; null if there is none. */
  readonly find: (id: string) => Promise<T | null>;
  /** Calls the listener after each change. Returns the function that stops it. */
  readonly subscribe: (id: string, listener: () => void) => () => void;
  /** The error if there is no such report, or if the caller may not see it. */
  readonly toNotFound: () => ReportError;
  readonly openReads: OperationReads['forState'];
  readonly now: () => number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** The shortest time between two reads, in milliseconds. */
  readonly intervalMs: number;
}

/** The shared watch of one report: it reads once per change, however many watchers it has. */
export interface ReportWatch<T> {
  /** Rejects with StoreError, or with NOT_FOUND if there is no such report. */
  readonly firstState: Promise<WatchedState<T>>;
  /** Returns the newest state; `version` counts the states from 1. Null before the first state. */
  newest(): { readonly version: number; readonly watched: WatchedState<T> } | null;
  isOver(): boolean;
  /** Calls `watcher` on each new state and at the end. Returns the function that leaves; when the last watcher leaves, the watch ends. */
  join(watcher: () => void): () => void;
  end(): void;
}

/** A timer for a later change ends after this time, and the report is read again. */
const MAX_TIMER_MS = HOUR_MS;
const RETRY_AFTER_FAILURE_MS = 1_000;

/** Watches one report until its status is final, or until its last watcher leaves. */
export function startReportWatch<T extends Watchable>(
  id: string,
  options: WatchOptions<T>,
  onEnd: () => void,
): ReportWatch<T> {
  const { find, subscribe, toNotFound, openReads, now, after, intervalMs } = options;
  const watchers = new Set<() => void>();
  const first = createDeferred<WatchedState<T>>();
  let newest: { readonly version: number; readonly watched: WatchedState<T> } | null = null;
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
  const take = (report: T): void => {
    const before = newest?.watched.report;
    if (newest === null || before?.revision !== report.revision || before.status !== report.status) {
      const watched = { report, reads: openReads() };
      newest = { version: (newest?.version ?? 0) + 1, watched };
      first.resolve(watched);
      wake();
    }
  };
  const wait = ({ nextChangeAtMs }: T): void => {
    cancelDue();
    if (nextChangeAtMs !== null) {
      cancelDue = after(Math.min(Math.max(0, nextChangeAtMs - now()), MAX_TIMER_MS), notify);
    }
    pause(intervalMs);
  };
  const look = (): void => {
    isPausing = true;
    isStale = false;
    find(id).then(
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

  const unsubscribe = subscribe(id, notify);
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

const FINAL: ReadonlySet<string> = new Set(['COMPLETED', 'EXPIRED', 'CANCELLED']);

function hasEnded({ status }: Watchable): boolean {
  return FINAL.has(status);
}

/** Returns the NOT_FOUND error for a report that does not exist, or that the principal may not see. */
export function toNotFound(): ReportError {
  return new ReportError(
    'NOT_FOUND',
    'There is no such report on this account. Send a txid that requestAggregatedReport returned; reports are stored for RETENTION_DAYS.',
  );
}
