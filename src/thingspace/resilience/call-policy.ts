import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';
import { SignInResponseError } from '../http-client.ts';
import { isNeverArrived, isTimeout, isTooLarge, TransportError } from '../transport-error.ts';
import type { Turn } from '../turn.ts';
import { AccountPaused, type AccountLane } from './account-lanes.ts';
import type { AttemptOutcome, Breaker } from './breaker.ts';
import type { FairSemaphore } from './fair-semaphore.ts';
import { createRetries, type Retry, type RetryDecision } from './retry.ts';
import { startTimeLimits, type TimeLimits } from './time-limit.ts';

/** The parts of the policy that an operator can set. */
export interface PolicySettings {
  /** Time limit for a call with all its attempts and pauses. */
  readonly totalTimeoutMs: number;
  /** Time limit for one attempt. */
  readonly callTimeoutMs: number;
  /** Maximum number of attempts after the first. */
  readonly retries: number;
  /** Maximum number of calls in progress at once. */
  readonly concurrency: number;
  /** Maximum number of calls per account in any second; 0 for no limit. */
  readonly callsPerSecond: number;
  /** Number of failures that opens the breaker; 0 turns the breaker off. */
  readonly breakerFailures: number;
}

const RETRY_PAUSES = { firstPauseMs: 200, maxPauseMs: 10_000 };

/** What the policy needs to know about a call. */
export interface PolicyCall {
  /** The same text for equal calls. Read after an attempt has failed. */
  readonly request: string;
  /** The lane of the account that the call is about. */
  readonly lane: AccountLane;
  readonly turn: Turn;
  /** Aborts the call; null if only its time limit may end it. */
  readonly signal: AbortSignal | null;
  /** Decides which errors are retried. */
  readonly decideRetry: RetryDecision;
}

/**
 * Makes one attempt of a call. The signal aborts when the attempt or the whole call is out of time, or the call is aborted. The attempt
 * calls `leave` just before it sends the request, and passes on what that throws. Its time limit begins then: before, it may wait for a
 * sign-in, which has time limits of its own.
 */
export type Attempt<C, T> = (call: C, signal: AbortSignal, leave: () => void) => Promise<T>;

/** How calls of one kind are limited, retried and stopped. */
export interface CallPolicy {
  /**
   * Makes attempts of a call within all limits. Throws what the last attempt throws, UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE
   * with `notAsked`, or the signal's reason.
   */
  run<C extends PolicyCall, T>(call: C, attempt: Attempt<C, T>): Promise<T>;
  /** Maximum duration of a call, in milliseconds. */
  readonly maxMs: number;
}

export interface CallPolicyOptions {
  readonly settings: Pick<PolicySettings, 'totalTimeoutMs' | 'callTimeoutMs' | 'retries'>;
  readonly clock: Clock;
  /** The breaker for calls that go through this lane. */
  readonly breakerOf: (lane: AccountLane) => Breaker;
  readonly semaphore: FairSemaphore;
}

/** From outside in: total time limit, retries, breaker, semaphore, time limit per attempt. */
export function createCallPolicy({ settings, clock, breakerOf, semaphore }: CallPolicyOptions): CallPolicy {
  const { totalTimeoutMs, callTimeoutMs } = settings;
  const retryPolicy = { retries: settings.retries, ...RETRY_PAUSES };
  const limitsOptions = { totalTimeoutMs, callTimeoutMs, clock };

  const attemptOnce = async <C extends PolicyCall, T>(call: C, limits: TimeLimits, attempt: Attempt<C, T>) => {
    const { signal } = limits;
    const breaker = breakerOf(call.lane);
    breaker.check();
    const place = await call.lane.enter(call.turn, limits);
    let isAdmitted = false;
    try {
      await semaphore.acquire(call.turn, signal);
      isAdmitted = true;
      const watched = breaker.begin();
      try {
        const answer = await attempt(call, signal, () => {
          place.leave();
          limits.beginAttempt();
        });
        watched.end('success', call.request, null);
        return answer;
      } catch (error) {
        // If the total time is over, that says nothing about this attempt, unless the total is the shorter limit.
        const outcome = limits.isOver() && callTimeoutMs < totalTimeoutMs ? 'ignored' : classify(error);
        watched.end(outcome, call.request, error);
        throw error;
      }
    } finally {
      limits.endAttempt();
      if (isAdmitted) semaphore.release(call.turn);
      place.end();
    }
  };

  return {
    maxMs: totalTimeoutMs,
    async run(call, attempt) {
      const limits = startTimeLimits(limitsOptions, call.signal);
      try {
        const retries = createRetries(retryPolicy, clock, limits.endsAtMs);
        for (;;) {
          try {
            return await attemptOnce(call, limits, attempt);
          } catch (error) {
            if (limits.signal.aborted) throw toAbortError(error, limits.signal.reason);
            const retry = toRetry(call, error, limits.endsAtMs - clock.monotonic());
            // While the breaker is open, it would reject the retry.
            const isHeld = breakerOf(call.lane).isOpen() && retry?.isFree !== true;
            const pauseMs = isHeld ? null : retries.pauseAfter(retry);
            if (pauseMs === null) throw error;
            if (pauseMs > 0) await clock.wait(pauseMs, limits.signal);
          }
        }
      } finally {
        limits.end();
      }
    },
  };
}

/** The signal's reason, unless the error knows more: that the time was over before there was a connection. */
function toAbortError(error: unknown, reason: unknown): unknown {
  return isTimeout(reason) && isNeverArrived(error) ? error : reason;
}

const AT_ONCE: Retry = { atLeastMs: 0, isFree: true };

/** A 429 with Retry-After pauses the account, for this call and for all others, so it does not count as one of the call's retries. */
function toRetry({ lane, decideRetry }: PolicyCall, error: unknown, timeLeftMs: number): Retry | null {
  if (error instanceof AccountPaused) return AT_ONCE;
  const retry = decideRetry(error);
  if (retry === null || retry.atLeastMs === 0 || !isRateLimit(error)) return retry;
  lane.pause(retry.atLeastMs);
  return retry.atLeastMs < timeLeftMs ? AT_ONCE : null;
}

function isRateLimit(error: unknown): boolean {
  return error instanceof ReportError && error.code === 'UPSTREAM_RATE_LIMITED';
}

/** Classifies one attempt for the breaker: a 4xx proves the platform is up; a 429 is ignored because Retry-After handles it. */
function classify(error: unknown): AttemptOutcome {
  if (error instanceof SignInResponseError) return error.answer.status === 429 ? 'ignored' : 'failure';
  if (error instanceof TransportError) return isTooLarge(error) ? 'success' : 'failure';
  if (!(error instanceof ReportError) || error.code === 'UPSTREAM_RATE_LIMITED') return 'ignored';
  const status = error.details.upstream?.status ?? null;
  if (status !== null && status >= 400 && status < 500) return 'success';
  return error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT' ? 'failure' : 'ignored';
}
