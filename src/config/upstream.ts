import { z } from 'zod';
import { HOUR_MS } from '../domain/durations.ts';
import { int } from './values.ts';

/** How the platform is called. */
export const Upstream = z
  .object({
    UPSTREAM_CALL_TIMEOUT_MS: int(15_000, 1, 600_000),
    UPSTREAM_TOTAL_TIMEOUT_MS: int(45_000, 1, 600_000),
    UPSTREAM_RETRIES: int(2, 0, 10),
    UPSTREAM_CONCURRENCY: int(20, 1, 1_000),
    UPSTREAM_CALLS_PER_SECOND: int(0, 0, 10_000),
    UPSTREAM_BREAKER_FAILURES: int(8, 0, 1_000),
    UPSTREAM_MAX_ANSWER_BYTES: int(8 * 2 ** 20, 1_024, 2 ** 30),
    UPSTREAM_BATCH_WINDOW_MS: int(6, 0, 1_000),
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
    CACHE_UNSETTLED_SECONDS: int(10, 0, 3_600),
    CACHE_MAX_BYTES: int(64 * 2 ** 20, 0, 2 ** 34),
    SETTLE_AFTER_HOURS: int(48, 24, 4_320),
  })
  .transform((env) => ({
    cacheUnsettledMs: env.CACHE_UNSETTLED_SECONDS * 1_000,
    /** 0 turns the cache off. */
    cacheMaxBytes: env.CACHE_MAX_BYTES,
    /** How long after the end of its window aggregated usage counts as final. */
    settleAfterMs: env.SETTLE_AFTER_HOURS * HOUR_MS,
  }));
