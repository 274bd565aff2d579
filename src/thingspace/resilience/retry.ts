import type { Clock } from '../../domain/clock.ts';

/** How often a call is retried, and the pauses in milliseconds. */
export interface RetryPolicy {
  /** Maximum number of attempts after the first. */
  readonly retries: number;
  /** Upper bound of the first pause; it doubles with each retry up to `maxPauseMs`. The actual pause is a random part of it. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

/** How to repeat a call after an error. */
export interface Retry {
  readonly atLeastMs: number;
  /** True if the call is repeated at once, and the attempt does not count as a retry. */
  readonly isFree?: boolean;
}

/** Decides what to do about an error: null gives up. */
export type RetryDecision = (error: unknown) => Retry | null;

/** The retries of one call. */
export interface Retries {
  /** The pause before the next attempt, in milliseconds; null if there is no next one. */
  pauseAfter(retry: Retry | null): number | null;
}

/**
 * Counts the retries of a call, with exponential backoff and full jitter between them. If the platform asks for a pause longer than
 * `maxPauseMs`, or one that would last until the monotonic time `giveUpAtMs`, it gives up.
 */
export function createRetries(
  policy: RetryPolicy,
  { monotonic, random }: Pick<Clock, 'monotonic' | 'random'>,
  giveUpAtMs: number,
): Retries {
  let made = 0;
  return {
    pauseAfter(retry) {
      if (retry?.isFree === true) return 0;
      if (retry === null || made >= policy.retries || retry.atLeastMs > policy.maxPauseMs) return null;
      const backoffMs = Math.min(policy.firstPauseMs * 2 ** made, policy.maxPauseMs) * random();
      const pauseMs = Math.max(retry.atLeastMs, backoffMs);
      if (monotonic() + pauseMs >= giveUpAtMs) return null;
      made += 1;
      return pauseMs;
    },
  };
}
