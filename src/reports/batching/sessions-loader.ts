import { isFixed } from '../../domain/report-window.ts';
import type { Session } from '../../domain/session.ts';
import type { Operation } from '../operation.ts';
import {
  toSessionsReportKey,
  type FetchSessionsReport,
  type SessionsReport,
  type SessionsReportQuery,
} from '../sessions-report.ts';
import { createCachedReports, type ReportLoader } from './cached-reports.ts';
import type { CacheSettings } from './report-cache.ts';

/** Loads sessions reports for one operation. */
export type SessionsLoader = ReportLoader<SessionsReportQuery, SessionsReport>;

/** Approximate memory of one session, in bytes. */
const SESSION_BYTES = 200;

/** Creates a loader of sessions reports per operation. */
export function createSessionsLoaders(
  fetch: FetchSessionsReport,
  cache: CacheSettings,
): (operation: Operation) => SessionsLoader {
  return createCachedReports({
    ...cache,
    fetch,
    toKey: toSessionsReportKey,
    toFetchedAtMs: ({ fetchedAtMs }) => fetchedAtMs,
    toSequence: ({ sequence }) => sequence,
    toBytes: ({ sessions }) => (sessions.length + 1) * SESSION_BYTES,
    isFinal: ({ query, settled, sessions }) => settled && isFixed(query.window) && sessions.every(isComplete),
  });
}

/** A malformed value can be right the next time. */
function isComplete({ startTime, numBytes }: Session): boolean {
  return startTime !== null && numBytes !== null;
}
