import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';
import { DAY_MS } from '../../domain/durations.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Operation } from '../operation.ts';

/** The part of an operation that concerns its use of the cache. */
export type CacheUser = Pick<Operation, 'mayUseCache' | 'cost' | 'totals' | 'warnings'>;

/**
 * A cache for one kind of report and one set of credentials. Whoever accepts no cached usage finds nothing in it. It is never set back:
 * what a call returned does not replace what a call that was sent later returned, whichever of them ended first.
 */
export interface ReportCache<T> {
  /** The value, if it is cached and still valid. */
  get(key: string, user: CacheUser): T | undefined;
  /** Whether `get` would find a value. Nothing is counted, and the value counts as no more recently used. */
  has(key: string, user: Pick<CacheUser, 'mayUseCache'>): boolean;
  /**
   * The value up to a day after its time, unless it was evicted, if this is how a call fails while the platform is known to be
   * down (stale-if-error, RFC 5861). Its user gets a warning.
   */
  getStale(key: string, user: CacheUser, error: unknown): T | undefined;
  /**
   * Caches a value for `unsettledMs` after it was fetched. If it is settled, it is cached without a time limit, but if a recheck is due, only
   * until then; what is fetched after that is cached for good.
   */
  set(key: string, value: T, isSettled: boolean): void;
  /** Removes what calls before this one returned, because its own answer has no value that may be cached. */
  outdate(key: string, sequence: number): void;
}

/** How much is cached, and for how long. */
export interface CacheBounds {
  readonly maxBytes: number;
  /** How long to cache usage that can still change; 0 caches none of it. */
  readonly unsettledMs: number;
  /** Receives, for each cache that is created, the function that empties it. */
  readonly onCreate?: (empty: () => void) => void;
}

/** How much is cached, for how long, and by which clock. */
export interface CacheSettings extends CacheBounds {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

export interface ReportCacheOptions<T> extends CacheSettings {
  readonly toFetchedAtMs: (value: T) => number;
  /** Greater for a value whose call was sent later. */
  readonly toSequence: (value: T) => number;
  /** Approximate memory of a value without its key. */
  readonly toBytes: (value: T) => number;
  /** How long after the first fetch a settled value is fetched once more, because it can still change; null if it cannot. */
  readonly recheckAfterMs: number | null;
  /** Whether usage that was settled once is settled whenever it is fetched later. */
  readonly staysSettled: boolean;
}

/** What the newest call returned for a key; the value is null if it may not be cached. */
interface Entry<T> {
  readonly value: T | null;
  readonly sequence: number;
  /** When the first settled value was fetched; null if the value is not settled. */
  readonly settledAtMs: number | null;
}

/** Approximate memory of an entry without its value and its key. */
const ENTRY_BYTES = 100;

/** Creates a least-recently-used cache of at most this many bytes; 0 turns it off. */
export function createReportCache<T extends object>(options: ReportCacheOptions<T>): ReportCache<T> {
  const { maxBytes, unsettledMs, clock, toFetchedAtMs, toSequence, toBytes, recheckAfterMs, staysSettled } = options;
  const { onCreate = () => undefined } = options;
  /** The newest of the calls whose entries were evicted. Nobody knows for which keys, so whatever was sent before it is not cached. */
  let evicted = 0;
  const cached = new LRUCache<string, Entry<T>>({
    // One byte holds no value.
    maxSize: Math.max(1, maxBytes),
    perf: { now: clock.monotonic },
    ttlResolution: 0,
    noDeleteOnStaleGet: true,
    dispose({ sequence }, _, reason) {
      if (reason === 'evict' || reason === 'delete') evicted = Math.max(evicted, sequence);
    },
  });
  onCreate(() => cached.clear());
  const store = (key: string, entry: Entry<T>, bytes: number, ttl: number): void => {
    const { sequence } = entry;
    if (sequence <= (cached.peek(key, { allowStale: true })?.sequence ?? 0)) return;
    const size = key.length + bytes;
    if (sequence < evicted) cached.delete(key);
    else cached.set(key, entry, { ttl, size });
    if (size > cached.maxSize) evicted = Math.max(evicted, sequence);
  };
  const outdate: ReportCache<T>['outdate'] = (key, sequence) =>
    store(key, { value: null, sequence, settledAtMs: null }, ENTRY_BYTES, 0);
  return {
    get(key, { mayUseCache, cost, totals }) {
      const found = mayUseCache ? cached.get(key)?.value : null;
      if (found === undefined || found === null) return undefined;
      cost.cached += 1;
      totals.add('cached', 1);
      return found;
    },
    has: (key, { mayUseCache }) => mayUseCache && (cached.peek(key)?.value ?? null) !== null,
    getStale(key, user, error) {
      if (!user.mayUseCache || !isOutage(error) || cached.getRemainingTTL(key) < -DAY_MS) return undefined;
      const found = cached.get(key, { allowStale: true })?.value;
      if (found === undefined || found === null) return undefined;
      user.cost.cached += 1;
      user.totals.add('cached', 1);
      warn(user, toFetchedAtMs(found));
      return found;
    },
    set(key, value, isSettled) {
      const [sequence, fetchedAtMs] = [toSequence(value), toFetchedAtMs(value)];
      const ageMs = Math.max(0, clock.now() - fetchedAtMs);
      if (!isSettled) {
        const ttl = unsettledMs - ageMs;
        if (ttl > 0) store(key, { value, sequence, settledAtMs: null }, toBytes(value), ttl);
        // Otherwise an earlier call cannot return anything that may be cached either, so a note for each device would only take memory.
        else if (!staysSettled || cached.has(key)) outdate(key, sequence);
        return;
      }
      const settledAtMs = cached.peek(key, { allowStale: true })?.settledAtMs ?? fetchedAtMs;
      const untilRecheckMs = recheckAfterMs === null ? 0 : settledAtMs + recheckAfterMs - fetchedAtMs;
      // 0 is no limit.
      const ttl = untilRecheckMs <= 0 ? 0 : Math.max(1, untilRecheckMs - ageMs);
      store(key, { value, sequence, settledAtMs }, toBytes(value), ttl);
    },
    outdate,
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof ReportError && error.details.isOutage === true;
}

const CODE = 'STALE_FIGURES';

/** One warning for the whole operation, with the time of its oldest usage. */
function warn({ warnings }: CacheUser, fetchedAtMs: number): void {
  const asOf = new Date(fetchedAtMs).toISOString();
  const message =
    `The platform cannot be called at the moment, so the response contains cached usage, the oldest fetched at ${asOf}. ` +
    'Try again later for newer usage.';
  const reported = warnings.find(({ code }) => code === CODE);
  if (reported === undefined) warnings.push({ code: CODE, message });
  // ISO times of the same length sort as texts.
  else if (message < reported.message) warnings.splice(warnings.indexOf(reported), 1, { code: CODE, message });
}
