import DataLoader from 'dataloader';
import type { Caller } from './caller.ts';
import { toLoadError } from './load-error.ts';
import {
  toSessionsReportKey,
  type FetchSessionsReport,
  type SessionsReport,
  type SessionsReportQuery,
} from './sessions-report.ts';

/** Sessions reports for one operation: the same query is fetched once. */
export interface SessionsLoader {
  /** Throws ReportError. */
  load(query: SessionsReportQuery): Promise<SessionsReport>;
}

export function createSessionsLoader(fetchReport: FetchSessionsReport, caller: Caller): SessionsLoader {
  return new DataLoader<SessionsReportQuery, SessionsReport, string>(
    (queries) => Promise.all(queries.map((query) => fetchReport(query, caller).catch(toLoadError))),
    { cacheKeyFn: toSessionsReportKey },
  );
}
