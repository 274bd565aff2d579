import type { Clock } from '../../domain/clock.ts';
import type { DeviceUsage, FetchUsage, UsageAnswer } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import type { FetchSessionsReport, SessionsReport } from '../sessions-report.ts';
import { createBisect } from './bisect.ts';
import { createCoalescedCalls } from './coalesced-calls.ts';
import { createReportCache, type CacheBounds } from './report-cache.ts';
import { createSessionsLoader, type SessionsLoader } from './sessions-loader.ts';
import { createUsageBatches } from './usage-batches.ts';
import { createFetchBatch } from './usage-call.ts';
import { createUsageLoader, type UsageLoader } from './usage-loader.ts';

export interface ReportLoadersOptions {
  readonly fetchUsage: FetchUsage;
  readonly fetchSessionsReport: FetchSessionsReport;
  readonly clock: Clock;
  readonly batchWindowMs: number;
  readonly cache: CacheBounds;
}

/** The loaders of one operation, each created when it is first used. */
export interface OperationLoaders {
  readonly sessions: () => SessionsLoader;
  readonly usage: () => UsageLoader;
}

/** The loaders for one set of credentials. */
export interface ReportLoaders {
  forOperation(operation: Operation): OperationLoaders;
}

/** Creates what the operations of one set of credentials share: calls in flight, and caches. */
export function createReportLoaders(options: ReportLoadersOptions): ReportLoaders {
  const { fetchUsage, fetchSessionsReport, clock, batchWindowMs } = options;
  // One third of the cache for each kind of report.
  const cache = { ...options.cache, maxBytes: Math.floor(options.cache.maxBytes / 3), clock };
  const usage = {
    batches: createUsageBatches({
      bisect: createBisect(createFetchBatch(fetchUsage, clock.monotonic)),
      cache: createReportCache<DeviceUsage>(cache),
      clock,
      windowMs: batchWindowMs,
    }),
    fetchUsage,
    coalescedAccountCalls: createCoalescedCalls<UsageAnswer>(clock.monotonic),
    accountCache: createReportCache<UsageAnswer>(cache),
  };
  const sessions = {
    fetchReport: fetchSessionsReport,
    coalescedCalls: createCoalescedCalls<SessionsReport>(clock.monotonic),
    cache: createReportCache<SessionsReport>(cache),
  };

  return {
    forOperation(operation) {
      let sessionsLoader: SessionsLoader | null = null;
      let usageLoader: UsageLoader | null = null;
      return {
        sessions: () => (sessionsLoader ??= createSessionsLoader(sessions, operation)),
        usage: () => (usageLoader ??= createUsageLoader(usage, operation)),
      };
    },
  };
}
