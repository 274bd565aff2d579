import DataLoader from 'dataloader';
import { isFinal } from '../../domain/report-window.ts';
import type { Session } from '../../domain/session.ts';
import { toLoadError, type Operation } from '../operation.ts';
import {
  toSessionsReportKey,
  type FetchSessionsReport,
  type SessionsReport,
  type SessionsReportQuery,
} from '../sessions-report.ts';
import type { CoalescedCalls } from './coalesced-calls.ts';
import { staleIfError, type ReportCache } from './report-cache.ts';

/** Loads sessions reports for one operation: equal queries are fetched once, and share a call with other operations. */
export interface SessionsLoader {
  /** Throws ReportError. */
  load(query: SessionsReportQuery): Promise<SessionsReport>;
}

export interface SessionsLoaderOptions {
  readonly fetchReport: FetchSessionsReport;
  readonly coalescedCalls: CoalescedCalls<SessionsReport>;
  readonly cache: ReportCache<SessionsReport>;
}

/** Approximate memory of one session, in bytes. */
const SESSION_BYTES = 200;

/** Creates the loader of one operation; the options are shared by all operations. */
export function createSessionsLoader(options: SessionsLoaderOptions, operation: Operation): SessionsLoader {
  const { fetchReport, coalescedCalls, cache } = options;

  const load = async (query: SessionsReportQuery): Promise<SessionsReport> => {
    const key = toSessionsReportKey(query);
    const known = operation.mayUseCache ? cache.get(key) : undefined;
    if (known !== undefined) {
      operation.cost.cached += 1;
      return known;
    }
    let report: SessionsReport;
    try {
      report = await coalescedCalls.join(key, operation, (call) => fetchReport(query, call));
    } catch (error) {
      return staleIfError(error, { cache, key, operation, toFetchedAtMs: ({ fetchedAtMs }) => fetchedAtMs });
    }
    cache.set(key, report, {
      isFinal: isFinal(query.window, report.fetchedAtMs) && report.sessions.every(isComplete),
      fetchedAtMs: report.fetchedAtMs,
      approximateBytes: (report.sessions.length + 1) * SESSION_BYTES,
    });
    return report;
  };

  return new DataLoader<SessionsReportQuery, SessionsReport, string>(
    (queries) => Promise.all(queries.map((query) => load(query).catch(toLoadError))),
    { cacheKeyFn: toSessionsReportKey },
  );
}

/** An open session can still change, and a malformed value can be right the next time. */
function isComplete({ startTime, endTime, numBytes }: Session): boolean {
  return startTime !== null && endTime !== null && numBytes !== null;
}
