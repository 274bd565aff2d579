import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Operation } from '../operation.ts';

/** A cache for one kind of report and one set of credentials. */
export interface ReportCache<T> {
  /** The value, if it is cached and still valid. */
  get(key: string): T | undefined;
  /** The same, up to a day after its time, unless it was evicted: for when newer usage cannot be fetched. */
  getStale(key: string): T | undefined;
  /** Caches a value: without a time limit if it is final, otherwise for `unsettledMs` after it was fetched. */
  set(key: string, value: T, details: CacheDetails): void;
}

/** What the cache needs to know about a value. */
export interface CacheDetails {
  /** Whether the usage can no longer change. */
  readonly isFinal: boolean;
  readonly fetchedAtMs: number;
  readonly approximateBytes: number;
}

/** How much is cached, and for how long. */
export interface CacheBounds {
  readonly maxBytes: number;
  /** How long to cache usage that can still change; 0 caches none of it. */
  readonly unsettledMs: number;
}

export interface ReportCacheOptions extends CacheBounds {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

interface CacheEntry<T> {
  readonly value: T;
  /** Monotonic time in milliseconds. */
  readonly untilMs: number;
}

const MAX_STALE_MS = 86_400_000;

/** Creates a least-recently-used cache of at most this many bytes; 0 turns it off. */
export function createReportCache<T>({ maxBytes, unsettledMs, clock }: ReportCacheOptions): ReportCache<T> {
  if (maxBytes === 0) return { get: () => undefined, getStale: () => undefined, set: () => undefined };
  const cached = new LRUCache<string, CacheEntry<T>>({ maxSize: maxBytes });
  const find = (key: string, pastMs: number): T | undefined => {
    const found = cached.get(key);
    return found !== undefined && clock.monotonic() < found.untilMs + pastMs ? found.value : undefined;
  };
  return {
    get: (key) => find(key, 0),
    getStale: (key) => find(key, MAX_STALE_MS),
    set(key, value, { isFinal, fetchedAtMs, approximateBytes }) {
      const leftMs = isFinal ? Infinity : unsettledMs - Math.max(0, clock.now() - fetchedAtMs);
      if (leftMs <= 0) return;
      cached.set(key, { value, untilMs: clock.monotonic() + leftMs }, { size: key.length + approximateBytes });
    },
  };
}

const CODE = 'STALE_FIGURES';

/** Where to look for cached usage, and for which operation. */
export interface StaleLookup<T> {
  readonly cache: ReportCache<T>;
  readonly key: string;
  readonly operation: Operation;
  readonly toFetchedAtMs: (value: T) => number;
}

/** The same as `findStale`, but throws the error if nothing is found. */
export function staleIfError<T>(error: unknown, lookup: StaleLookup<T>): T {
  const value = findStale(error, lookup);
  if (value === null) throw error;
  return value;
}

/**
 * Cached usage for an operation while the platform is known to be down (stale-if-error, RFC 5861). The operation gets a warning.
 * Null for any other error, if the operation does not accept cached usage, or if none is cached.
 */
export function findStale<T>(error: unknown, { cache, key, operation, toFetchedAtMs }: StaleLookup<T>): T | null {
  if (!operation.mayUseCache || !isOutage(error)) return null;
  const value = cache.getStale(key);
  if (value === undefined) return null;
  operation.cost.cached += 1;
  warn(operation, toFetchedAtMs(value));
  return value;
}

function isOutage(error: unknown): boolean {
  return error instanceof ReportError && error.details.isOutage === true;
}

/** One warning for the whole operation, with the time of its oldest usage. */
function warn({ warnings }: Operation, fetchedAtMs: number): void {
  const asOf = new Date(fetchedAtMs).toISOString();
  const message =
    `The platform cannot be called at the moment, so the response contains cached usage, the oldest fetched at ${asOf}. ` +
    'Try again later for newer usage.';
  const reported = warnings.find(({ code }) => code === CODE);
  if (reported === undefined) warnings.push({ code: CODE, message });
  // ISO times of the same length sort as texts.
  else if (message < reported.message) warnings.splice(warnings.indexOf(reported), 1, { code: CODE, message });
}
