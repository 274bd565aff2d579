import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Access } from '../domain/access.ts';
import { toAddressKey, toClientAddress } from './client-address.ts';

export interface RateLimitOptions {
  /** How many requests a caller may send in a minute, and at once where none were sent in the last. */
  readonly perMinute: number;
  /** Milliseconds from any moment on; a clock that jumps costs nobody more than the time until the next request is free. */
  readonly now: () => number;
}

/** Whether a request may pass; where not, after how many whole seconds the next one may, at least 1. */
export interface RateDecision {
  readonly allowed: boolean;
  readonly retryAfterSeconds: number;
}

export interface RateLimit {
  /** Counts a request of the caller with this key, unless it is refused. */
  take(key: string): RateDecision;
}

/** How much of a minute's requests is used up, and when that was. */
interface Use {
  readonly atMs: number;
  readonly requests: number;
}

const MINUTE_MS = 60_000;
/** The callers not heard of for longest are forgotten first, and begin anew. */
const MAX_BYTES = 8 * 2 ** 20;
const BYTES_PER_PRINCIPAL = 200;
/** What adding up fractions can be wrong by. */
const ROUNDING = 1e-6;
const ALLOWED: RateDecision = { allowed: true, retryAfterSeconds: 0 };

/** A bucket for each caller: it holds a minute's requests, and empties evenly. What it keeps of all callers is bounded. */
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
      const allowed = wanted <= perMinute + ROUNDING;
      uses.set(key, { atMs, requests: allowed ? wanted : used });
      if (allowed) return ALLOWED;
      return { allowed, retryAfterSeconds: Math.max(1, Math.ceil(((wanted - perMinute) * 60) / perMinute - ROUNDING)) };
    },
  };
}

/** Whom a limit counts a request for; its access is null where nobody knows who sends it. */
export type ToPrincipalKey = (request: IncomingMessage, access: Access | null) => string;

export interface PrincipalKeyOptions {
  readonly trustedProxies: number;
  /** Whether the callers named were proved to be who they are; where they were not, anybody could be a new one with each request. */
  readonly principalsAreVerified: boolean;
}

/** The caller who is known to send a request, and its address where nobody is. */
export function createToPrincipalKey({ trustedProxies, principalsAreVerified }: PrincipalKeyOptions): ToPrincipalKey {
  return (request, access) => {
    const principal = principalsAreVerified ? (access?.principal ?? null) : null;
    return principal === null
      ? `address ${toAddressKey(toClientAddress(request, trustedProxies))}`
      : `caller ${principal}`;
  };
}

/** Whether a request may still be answered; its access is null where nobody knows who sends it. */
export type PrincipalRate = (request: IncomingMessage, access: Access | null) => RateDecision;

export interface PrincipalRateOptions {
  /** 0 for as many as come. */
  readonly perMinute: number;
  readonly toPrincipalKey: ToPrincipalKey;
  readonly now: () => number;
}

/** Counts the requests of each caller. */
export function createPrincipalRate({ perMinute, toPrincipalKey, now }: PrincipalRateOptions): PrincipalRate {
  if (perMinute === 0) return () => ({ allowed: true, retryAfterSeconds: 0 });
  const limit = createRateLimit({ perMinute, now });
  return (request, access) => limit.take(toPrincipalKey(request, access));
}
