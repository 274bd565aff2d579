import { z } from 'zod';
import { HOUR_MS } from '../domain/durations.ts';
import { int } from './values.ts';

/** How the platform is called. */
export const Upstream = z
  .object({
    UPSTREAM_CALL_TIMEOUT_MS: int(15_000, 1, 600_000).describe('Timeout of one attempt, in milliseconds'),
    UPSTREAM_TOTAL_TIMEOUT_MS: int(45_000, 1, 600_000).describe(
      'Timeout of a call with all retries and pauses, in milliseconds',
    ),
    UPSTREAM_RETRIES: int(2, 0, 10).describe('How often a call is retried after a temporary failure'),
    UPSTREAM_CONCURRENCY: int(20, 1, 1_000).describe('Calls in flight at once, per process'),
    UPSTREAM_CALLS_PER_SECOND: int(0, 0, 10_000).describe(
      'Calls per account in any second, by all servers on one PostgreSQL; 0 for no limit',
    ),
    UPSTREAM_BREAKER_FAILURES: int(8, 0, 1_000).describe(
      'Failed calls that open the circuit breaker, if they are at least 80 % of recent calls; 0 turns it off',
    ),
    UPSTREAM_MAX_ANSWER_BYTES: int(8 * 2 ** 20, 1_024, 2 ** 30).describe('Largest response body to read, in bytes'),
    UPSTREAM_BATCH_WINDOW_MS: int(6, 0, 1_000).describe(
      'How long a call for fewer than ten devices waits for more devices, in milliseconds',
    ),
  })
  .transform((env) => ({
    callTimeoutMs: env.UPSTREAM_CALL_TIMEOUT_MS,
    totalTimeoutMs: env.UPSTREAM_TOTAL_TIMEOUT_MS,
    retries: env.UPSTREAM_RETRIES,
    concurrency: env.UPSTREAM_CONCURRENCY,
    /** Maximum number of calls per account in any second; 0 for no limit. */
    callsPerSecond: env.UPSTREAM_CALLS_PER_SECOND,
    /** Number of failed calls that opens the circuit breaker; 0 turns it off. */
    breakerFailures: env.UPSTREAM_BREAKER_FAILURES,
    maxResponseBytes: env.UPSTREAM_MAX_ANSWER_BYTES,
    batchWindowMs: env.UPSTREAM_BATCH_WINDOW_MS,
  }));

/** What is cached of the platform's responses. */
export const Cache = z
  .object({
    CACHE_UNSETTLED_SECONDS: int(10, 0, 3_600).describe(
      'How long to cache usage that may still change, in seconds; 0 does not cache it',
    ),
    CACHE_MAX_BYTES: int(64 * 2 ** 20, 0, 2 ** 34).describe('Maximum cache size, in bytes; 0 turns the cache off'),
    SETTLE_AFTER_HOURS: int(48, 24, 4_320).describe(
      'How long after the end of its window an aggregated report counts as settled, in hours',
    ),
  })
  .transform((env) => ({
    cacheUnsettledMs: env.CACHE_UNSETTLED_SECONDS * 1_000,
    /** 0 turns the cache off. */
    cacheMaxBytes: env.CACHE_MAX_BYTES,
    /** How long after the end of its window aggregated usage counts as final. */
    settleAfterMs: env.SETTLE_AFTER_HOURS * HOUR_MS,
  }));
