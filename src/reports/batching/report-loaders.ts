import type { Clock } from '../../domain/clock.ts';
import type { FetchUsage } from '../aggregated-report.ts';
import type { Operation } from '../operation.ts';
import type { FetchSessionsReport } from '../sessions-report.ts';
import { createBisect } from './bisect.ts';
import type { CacheBounds } from './report-cache.ts';
import { createSessionsLoaders, type SessionsLoader } from './sessions-loader.ts';
import { createDeviceCache, createUsageBatches } from './usage-batches.ts';
import { createUsageLoaders, type UsageLoader } from './usage-loader.ts';

export interface LoadersOfOptions {
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

/** Returns the loaders of an operation. */
export type LoadersOf = (operation: Operation) => OperationLoaders;

/** Creates the loaders for one set of credentials. They share calls in flight, and caches. */
export function createLoadersOf(options: LoadersOfOptions): LoadersOf {
  const { fetchUsage, fetchSessionsReport, clock, batchWindowMs } = options;
  // One quarter of the cache for each kind: usage of devices, of accounts, of accounts in settled windows, and sessions.
  const cache = { ...options.cache, maxBytes: Math.floor(options.cache.maxBytes / 4), clock };
  const batches = createUsageBatches({
    bisect: createBisect({ fetchUsage, monotonic: clock.monotonic }),
    cache: createDeviceCache(cache),
    clock,
    windowMs: batchWindowMs,
  });
  const toUsageLoader = createUsageLoaders(batches, fetchUsage, cache);
  const toSessionsLoader = createSessionsLoaders(fetchSessionsReport, cache);

  return (operation) => {
    let sessionsLoader: SessionsLoader | null = null;
    let usageLoader: UsageLoader | null = null;
    return {
      sessions: () => (sessionsLoader ??= toSessionsLoader(operation)),
      usage: () => (usageLoader ??= toUsageLoader(operation)),
    };
  };
}
