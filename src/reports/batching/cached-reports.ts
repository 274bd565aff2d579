import { oncePerKey } from '../../domain/once-per-key.ts';
import { toKeyOfDay } from '../../domain/freshness.ts';
import type { ReportWindow } from '../../domain/report-window.ts';
import type { Operation } from '../operation.ts';
import type { UpstreamCallOptions } from '../upstream-call.ts';
import { createCoalescedCalls } from './coalesced-calls.ts';
import { createReportCache, type ReportCacheOptions } from './report-cache.ts';

/** About a thousand rows, from which a response is made in a few milliseconds. */
const LARGE_BYTES = 100_000;

interface Windowed {
  readonly window: ReportWindow;
}

/** Loads reports of one kind for one operation: what is requested twice is fetched once. */
export interface ReportLoader<Query, Report> {
  /** Throws ReportError. */
  readonly load: (query: Query) => Promise<Report>;
  /** Whether the cache has the report, so that loading it now makes no call. */
  readonly isCached: (query: Query) => boolean;
}

export interface CachedReportsOptions<Query, Report> extends Omit<
  ReportCacheOptions<Report>,
  'recheckAfterMs' | 'staysSettled'
> {
  readonly fetch: (query: Query, options: UpstreamCallOptions) => Promise<Report>;
  /** Equal for two queries that ask for the same, different for any others. */
  readonly toKey: (query: Query) => string;
  /** Whether the report can no longer change. */
  readonly isFinal: (report: Report) => boolean;
}

/**
 * Creates a loader per operation for reports that one call answers. Operations share a cache and the calls in flight. While the
 * platform is known to be down, they get what was cached before.
 */
export function createCachedReports<Query extends Windowed, Report extends object>(
  options: CachedReportsOptions<Query, Report>,
): (operation: Operation) => ReportLoader<Query, Report> {
  const { fetch, isFinal, clock } = options;
  const toKey = (query: Query): string => toKeyOfDay(options.toKey(query), query.window, clock.now());
  const cache = createReportCache({ ...options, recheckAfterMs: null, staysSettled: false });
  const calls = createCoalescedCalls({
    fetchQuery: fetch,
    isLarge: (report) => options.toBytes(report) > LARGE_BYTES,
    monotonic: clock.monotonic,
  });

  const load = async (query: Query, operation: Operation): Promise<Report> => {
    const key = toKey(query);
    const known = cache.get(key, operation);
    if (known !== undefined) return known;
    try {
      const report = await calls.join(key, query, operation);
      cache.set(key, report, isFinal(report));
      return report;
    } catch (error) {
      const stale = cache.getStale(key, operation, error);
      if (stale === undefined) throw error;
      return stale;
    }
  };

  const loadAndCount = async (query: Query, operation: Operation): Promise<Report> => {
    const report = await load(query, operation);
    operation.loaded[isFinal(report) ? 'final' : 'changing'] += 1;
    return report;
  };

  return (operation) => ({
    load: oncePerKey(toKey, (query) => loadAndCount(query, operation)),
    isCached: (query) => cache.has(toKey(query), operation),
  });
}
