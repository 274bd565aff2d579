import type { Clock } from '../../domain/clock.ts';

/** How often a call is retried, and the pauses in milliseconds. */
export interface RetryPolicy {
  /** Maximum number of attempts after the first. */
  readonly retries: number;
  /** Upper bound of the first pause; it doubles with each retry up to `maxPauseMs`. The actual pause is a random part of it. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

/** Decides what to do about an error: null gives up; otherwise the call is retried after at least `atLeastMs` milliseconds. */
export type RetryDecision = (error: unknown) => { readonly atLeastMs: number } | null;

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Monotonic time in milliseconds. A pause that would last until then is not started. */
  readonly giveUpAtMs: number;
  readonly decideRetry: RetryDecision;
}

/**
 * Repeats an attempt as `decideRetry` allows, with exponential backoff and full jitter. If the platform asks for a pause longer
 * than `maxPauseMs`, it gives up. Throws the last attempt's error, or the signal's reason if it aborts.
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
