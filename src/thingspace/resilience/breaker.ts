import type { Clock } from '../../domain/clock.ts';
import { toNotAskedError } from '../to-report-error.ts';

/** When a breaker opens, and for how long. Times are in milliseconds. */
export interface BreakerPolicy {
  /** Opens after this many failures, if they are at least 80 % of the last calls. Retries handle a lower share. */
  readonly failures: number;
  /** True if it opens only when all of the last calls failed, and closes with the success of any call, not only of a probe. */
  readonly anySuccessCloses?: boolean;
  /** Calls that ended longer ago than this do not count. */
  readonly windowMs: number;
  /** Minimum number of different requests among the failures: one request that always fails does not show an outage. */
  readonly minRequests: number;
  /** Minimum time that the failures have lasted, from the start of the first of them. Retries handle a shorter disturbance. */
  readonly minFailingMs: number;
  /** How long it stays open at first; doubled after each failed probe, up to `maxPauseMs`. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

/** What one attempt shows: the platform is up (`success`), it fails (`failure`), or neither (`ignored`). */
export type AttemptOutcome = 'success' | 'failure' | 'ignored';

/** A circuit breaker: stops calls to a platform that keeps failing, and lets a probe through now and then to see whether it works again. */
export interface Breaker {
  /** Throws UPSTREAM_UNAVAILABLE with `notAsked` and `retryAfterSeconds` while it is open and no probe is due. */
  check(): void;
  isOpen(): boolean;
  /** Checks as `check` does, then begins an attempt. */
  begin(): WatchedAttempt;
}

/** A breaker that can also hear of attempts that did not ask it. */
export interface ListeningBreaker extends Breaker {
  /** Watches an attempt that began at this monotonic time, in milliseconds, without asking this breaker: it is never a probe. */
  watch(startedAtMs: number): WatchedAttempt;
}

/** An attempt in progress. */
export interface WatchedAttempt {
  /** Counts how it ended. `request` is the same text for equal calls; `failure` is what it threw. */
  end(outcome: AttemptOutcome, request: string, failure: unknown): void;
}

export interface BreakerOptions {
  readonly policy: BreakerPolicy;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Called with the last error when it opens, and with null when it closes. */
  readonly onChange: (isOpen: boolean, failure: unknown) => void;
}

interface Ended {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Null for a success. */
  readonly failedRequest: string | null;
}

/**
 * Creates a closed breaker. While it is open, each pause ends with one probe. The next probe follows one pause later,
 * even if the first has no response yet.
 */
export function createBreaker({ policy, clock: { monotonic }, onChange }: BreakerOptions): ListeningBreaker {
  const { anySuccessCloses = false } = policy;
  const maxCalls = anySuccessCloses ? policy.failures : Math.ceil(policy.failures * 1.25);
  let recent: readonly Ended[] = [];
  /** Under load, the last calls cover only an instant, so the start of the failures has to be remembered. */
  let failingSinceMs: number | null = null;
  let closedAtMs = -Infinity;
  let open: { readonly untilMs: number; readonly pauseMs: number } | null = null;

  const check = (): void => {
    const leftMs = open === null ? 0 : open.untilMs - monotonic();
    if (leftMs > 0) throw toNotAskedError(leftMs);
  };
  const openFor = (pauseMs: number): void => {
    open = { untilMs: monotonic() + pauseMs, pauseMs };
  };
  const close = (): void => {
    open = null;
    recent = [];
    failingSinceMs = null;
    closedAtMs = monotonic();
    onChange(false, null);
  };
  const learnFromProbe = (pauseMs: number, outcome: AttemptOutcome): void => {
    if (outcome === 'success') close();
    else if (outcome === 'failure') openFor(Math.min(pauseMs * 2, policy.maxPauseMs));
    // The probe showed nothing, so another call may probe immediately.
    else open = { untilMs: monotonic(), pauseMs };
  };
  const learn = (ended: Ended, failure: unknown): void => {
    const sinceMs = ended.endedAtMs - policy.windowMs;
    recent = [...recent.filter(({ endedAtMs }) => endedAtMs > sinceMs), ended].slice(-maxCalls);
    const failed = recent.filter(({ failedRequest }) => failedRequest !== null);
    if (failed.length < policy.failures) {
      failingSinceMs = null;
      return;
    }
    failingSinceMs ??= Math.min(...failed.map(({ startedAtMs }) => startedAtMs));
    if (ended.failedRequest === null || ended.endedAtMs - failingSinceMs < policy.minFailingMs) return;
    if (new Set(failed.map(({ failedRequest }) => failedRequest)).size < policy.minRequests) return;
    openFor(policy.firstPauseMs);
    onChange(true, failure);
  };

  const watch = (startedAtMs: number, isProbe: boolean): WatchedAttempt => ({
    end(outcome, request, failure) {
      if (open !== null) {
        if (isProbe) learnFromProbe(open.pauseMs, outcome);
        // While it is open, only probes count.
        else if (anySuccessCloses && outcome === 'success') close();
        return;
      }
      // A call that started before it closed says nothing about the time since.
      if (outcome === 'ignored' || startedAtMs < closedAtMs) return;
      const failedRequest = outcome === 'failure' ? request : null;
      learn({ startedAtMs, endedAtMs: monotonic(), failedRequest }, failure);
    },
  });

  return {
    check,
    isOpen: () => open !== null,
    begin() {
      check();
      if (open !== null) openFor(open.pauseMs);
      return watch(monotonic(), open !== null);
    },
    watch: (startedAtMs) => watch(startedAtMs, false),
  };
}

/** A breaker that never opens. */
export const NO_BREAKER: Breaker = {
  check: () => undefined,
  isOpen: () => false,
  begin: () => ({ end: () => undefined }),
};
