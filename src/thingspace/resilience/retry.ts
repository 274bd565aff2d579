import type { Clock } from '../../domain/clock.ts';

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  /** The longest pause before the first retry; it doubles with each, and chance takes a part of it away. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

/** What to do about a failure: give up (null), or try again after at least so many milliseconds. */
export type RetryDecision = (error: unknown) => { readonly atLeastMs: number } | null;

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** By the monotonic clock: a pause that would last until then is not begun. */
  readonly giveUpAtMs: number;
  readonly decideRetry: RetryDecision;
}

/**
 * Repeats an attempt as its judge allows, with exponential backoff and full jitter. A pause that the platform asks for and that
 * is longer than the policy's longest is not waited for: the failure is the answer then. Throws the last attempt's error.
 */
export async function withRetries<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const { policy, clock, signal, giveUpAtMs, decideRetry } = options;
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const decision = retry < policy.retries ? decideRetry(error) : null;
      if (decision === null || decision.atLeastMs > policy.maxPauseMs) throw error;
      const backoffMs = Math.min(policy.firstPauseMs * 2 ** retry, policy.maxPauseMs) * clock.random();
      const pauseMs = Math.max(decision.atLeastMs, backoffMs);
      if (clock.monotonic() + pauseMs >= giveUpAtMs) throw error;
      await clock.wait(pauseMs, signal);
    }
  }
}
