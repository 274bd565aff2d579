import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Operation } from '../operation.ts';

/** Figures that were fetched before, of one kind of report and one set of credentials. */
export interface ReportCache<T> {
  get(key: string): T | undefined;
  /** The same also past their time, as long as there was room: for when newer ones cannot be had. */
  getStale(key: string): T | undefined;
  /** Keeps figures for as long as they hold: for good where they do not change any more, else for seconds. */
  set(key: string, value: T, details: CacheDetails): void;
}

export interface CacheDetails {
  /** Whether the figures do not change any more. */
  readonly isFinal: boolean;
  readonly fetchedAtMs: number;
  readonly approximateBytes: number;
}

export interface CacheBounds {
  readonly maxBytes: number;
  /** How long figures that still move are kept; 0 keeps none of them. */
  readonly unsettledMs: number;
}

export interface ReportCacheOptions extends CacheBounds {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

interface CacheEntry<T> {
  readonly value: T;
  /** By the monotonic clock. */
  readonly untilMs: number;
}

const MAX_STALE_MS = 86_400_000;

/** The newest figures within a bound of bytes; the ones used longest ago go first. */
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

export interface StaleLookup<T> {
  readonly cache: ReportCache<T>;
  readonly key: string;
  readonly operation: Operation;
  readonly toFetchedAtMs: (value: T) => number;
}

/** The same as `findStale`. Throws the error where there is nothing. */
export function staleIfError<T>(error: unknown, lookup: StaleLookup<T>): T {
  const value = findStale(error, lookup);
  if (value === null) throw error;
  return value;
}

/**
 * What was fetched before, where the platform is known to fail just now: for a caller who takes kept ones, and who is warned.
 * Null where the error is another, or nothing is kept.
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

/** One warning for all of the operation, with the oldest of its figures' times. */
function warn({ warnings }: Operation, fetchedAtMs: number): void {
  const asOf = new Date(fetchedAtMs).toISOString();
  const message =
    `The platform cannot be asked just now, so figures that were fetched before answer, the oldest at ${asOf}. ` +
    'Ask again later for newer ones.';
  const reported = warnings.find(({ code }) => code === CODE);
  if (reported === undefined) warnings.push({ code: CODE, message });
  // ISO times of one length sort as texts.
  else if (message < reported.message) warnings.splice(warnings.indexOf(reported), 1, { code: CODE, message });
}
