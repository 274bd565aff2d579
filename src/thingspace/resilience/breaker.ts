import type { Clock } from '../../domain/clock.ts';
import { toNotAskedError } from '../to-report-error.ts';

/** When a breaker opens, and for how long. Times are in milliseconds. */
export interface BreakerPolicy {
  /** Opens after this many failures, if at least 80 % of the last calls failed. Retries handle a lower share. */
  readonly failures: number;
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
export function createBreaker({ policy, clock: { monotonic }, onChange }: BreakerOptions): Breaker {
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
  const learnFromProbe = (pauseMs: number, outcome: AttemptOutcome): void => {
    if (outcome === 'success') {
      open = null;
      recent = [];
      failingSinceMs = null;
      closedAtMs = monotonic();
      onChange(false, null);
    } else if (outcome === 'failure') {
      openFor(Math.min(pauseMs * 2, policy.maxPauseMs));
    } else {
      // The probe showed nothing, so another call may probe immediately.
      open = { untilMs: monotonic(), pauseMs };
    }
  };
  const learn = (ended: Ended, failure: unknown): void => {
    const sinceMs = ended.endedAtMs - policy.windowMs;
    recent = [...recent.filter(({ endedAtMs }) => endedAtMs > sinceMs), ended].slice(
      -Math.ceil(policy.failures * 1.25),
    );
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

  return {
    check,
    isOpen: () => open !== null,
    begin() {
      check();
      const startedAtMs = monotonic();
      const probed = open;
      if (probed !== null) openFor(probed.pauseMs);
      return {
        end(outcome, request, failure) {
          if (open !== null && probed !== null) learnFromProbe(open.pauseMs, outcome);
          // While it is open, only probes count. A call that started before it closed says nothing about the time since.
          else if (open === null && outcome !== 'ignored' && startedAtMs >= closedAtMs) {
            const failedRequest = outcome === 'failure' ? request : null;
            learn({ startedAtMs, endedAtMs: monotonic(), failedRequest }, failure);
          }
        },
      };
    },
  };
}

/** A breaker that never opens. */
export const NO_BREAKER: Breaker = {
  check: () => undefined,
  isOpen: () => false,
  begin: () => ({ end: () => undefined }),
};
