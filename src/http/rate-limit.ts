import { LRUCache } from 'lru-cache';
import type { Access } from '../domain/access.ts';
import { MINUTE_MS } from '../domain/durations.ts';
import { toAddressKey, toClientAddress, type RequestSource } from './client-address.ts';

export interface RateLimitOptions {
  /** Requests that a caller may send per minute. After a minute without any, it may send them all at once. */
  readonly perMinute: number;
  /**
   * Milliseconds since an arbitrary moment. If the clock jumps back, a caller waits at most the usual time for its next request.
   */
  readonly now: () => number;
}

/** A rate limit for any number of keys. */
export interface RateLimit {
  /** Counts a request for this key if it may pass, and returns 0. If not, returns in how many whole seconds the next one may. */
  take(key: string): number;
  /** Replaces how many requests of this key are used up now. */
  put(key: string, requests: number): void;
}

/** How many requests were used up at a moment. */
interface Use {
  readonly atMs: number;
  readonly requests: number;
}

/** The least recently seen callers are dropped first, and start over. */
const MAX_BYTES = 8 * 2 ** 20;
const BYTES_PER_PRINCIPAL = 200;
/** Tolerance for rounding errors when fractions are added up. */
const ROUNDING = 1e-6;

/** A leaky bucket for each key: it holds the requests of a minute, and empties evenly. The memory of all buckets is bounded. */
export function createRateLimit({ perMinute, now }: RateLimitOptions): RateLimit {
  const uses = new LRUCache<string, Use>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, key) => BYTES_PER_PRINCIPAL + 2 * key.length,
  });
  return {
    take(key) {
      const atMs = now();
      const last = uses.get(key) ?? { atMs, requests: 0 };
      const passedMs = Math.max(0, atMs - last.atMs);
      const used = Math.max(0, last.requests - (passedMs * perMinute) / MINUTE_MS);
      const wanted = used + 1;
      const isAllowed = wanted <= perMinute + ROUNDING;
      uses.set(key, { atMs, requests: isAllowed ? wanted : used });
      return isAllowed ? 0 : Math.max(1, Math.ceil(((wanted - perMinute) * 60) / perMinute - ROUNDING));
    },
    put: (key, requests) => void uses.set(key, { atMs: now(), requests }),
  };
}

/** The key that a request counts for. The access is null if nobody knows who sent it. */
export type ToPrincipalKey = (request: RequestSource, access: Access | null) => string;

export interface PrincipalKeyOptions {
  readonly trustedProxies: number;
  /** Whether principals have been verified. If not, anyone could use a new one for each request. */
  readonly principalsAreVerified: boolean;
}

/** To read an address takes longer than all limits together. */
const MAX_ADDRESSES = 1_000;
/** A header can have kilobytes. */
const MAX_REMEMBERED_CHARACTERS = 200;

/** Uses the principal as the key if it is known and verified, and the client's address otherwise. */
export function createToPrincipalKey({ trustedProxies, principalsAreVerified }: PrincipalKeyOptions): ToPrincipalKey {
  const addresses = new LRUCache<string, string>({ max: MAX_ADDRESSES });
  const toAddress = (request: RequestSource): string => {
    const { remoteAddress = '' } = request.socket;
    const forwarded = trustedProxies === 0 ? undefined : request.headers['x-forwarded-for'];
    const from = forwarded === undefined ? remoteAddress : `${remoteAddress} ${String(forwarded)}`;
    const known = addresses.get(from);
    if (known !== undefined) return known;
    const key = `address ${toAddressKey(toClientAddress(request, trustedProxies))}`;
    if (from.length <= MAX_REMEMBERED_CHARACTERS) addresses.set(from, key);
    return key;
  };
  return (request, access) => {
    const principal = principalsAreVerified ? (access?.principal ?? null) : null;
    return principal === null ? toAddress(request) : `caller ${principal}`;
  };
}

/** Counts a request of this caller if it may be answered, and returns 0. If not, returns in how many whole seconds the next one may. */
export type PrincipalRate = (principal: string) => number;
