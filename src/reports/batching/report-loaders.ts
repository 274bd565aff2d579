import type { Clock } from '../../domain/clock.ts';
import type { FetchUsage } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import type { FetchSessionsReport } from '../sessions-report.ts';
import { createBisect } from './bisect.ts';
import type { CacheBounds } from './report-cache.ts';
import { createSessionsLoaders, type SessionsLoader } from './sessions-loader.ts';
import { createDeviceCache, createUsageBatches } from './usage-batches.ts';
import { createUsageLoaders, type UsageLoader } from './usage-loader.ts';

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
  const batches = createUsageBatches({
    bisect: createBisect({ fetchUsage, monotonic: clock.monotonic }),
    cache: createDeviceCache(cache),
    clock,
    windowMs: batchWindowMs,
  });
  const toUsageLoader = createUsageLoaders(batches, fetchUsage, cache);
  const toSessionsLoader = createSessionsLoaders(fetchSessionsReport, cache);

  return {
    forOperation(operation) {
      let sessionsLoader: SessionsLoader | null = null;
      let usageLoader: UsageLoader | null = null;
      return {
        sessions: () => (sessionsLoader ??= toSessionsLoader(operation)),
        usage: () => (usageLoader ??= toUsageLoader(operation)),
      };
    },
  };
}
