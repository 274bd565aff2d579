import type { Clock } from '../../domain/clock.ts';
import { toNotAskedError } from '../to-report-error.ts';

export interface BreakerPolicy {
  /** It opens when so many of the last calls failed, with at most a quarter as many others among them: retries mend what fails less. */
  readonly failures: number;
  /** What ended longer ago says nothing of now. */
  readonly windowMs: number;
  /** So many different requests have to be among the failures: one that always fails is no fault of the platform's health. */
  readonly minRequests: number;
  /** So long have so many of the last calls failed, by the beginning of the first of them: retries outlast a shorter trouble. */
  readonly minFailingMs: number;
  /** How long it stays open at first; after each probe that fails, twice as long. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

/** What the end of a call says of the platform: nothing, where it was not the platform that ended it. */
export type AttemptOutcome = 'success' | 'failure' | 'ignored';

/** Keeps calls from a platform that fails, and lets one through now and then to see whether it works again. */
export interface Breaker {
  /** Throws UPSTREAM_UNAVAILABLE with `notAsked` and the time to wait, while it is open. */
  check(): void;
  isOpen(): boolean;
  /** Checks, runs the call and learns from its end; of calls that fail, the verdict tells what to learn. Throws what the call throws. */
  run<T>(request: string, toOutcome: (error: unknown) => AttemptOutcome, call: () => Promise<T>): Promise<T>;
}

export interface BreakerOptions {
  readonly policy: BreakerPolicy;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told when it opens, with what the last call failed with, and when it closes, with null. */
  readonly onChange: (isOpen: boolean, failure: unknown) => void;
}

interface Ended {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Null for a success. */
  readonly failedRequest: string | null;
}

/** While it is open, each pause ends with one probe; another follows a pause later, even where the first is without an answer. */
export function createBreaker({ policy, clock: { monotonic }, onChange }: BreakerOptions): Breaker {
  let recent: readonly Ended[] = [];
  /** Under load the last calls are those of a moment: since when too many of them fail has to be remembered. */
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
      // It told nothing, so that another may try at once.
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
    async run(request, toOutcome, call) {
      check();
      const startedAtMs = monotonic();
      const probed = open;
      if (probed !== null) openFor(probed.pauseMs);
      const end = (outcome: AttemptOutcome, failure: unknown): void => {
        if (open !== null && probed !== null) learnFromProbe(open.pauseMs, outcome);
        // While it is open, only probes count; and what began before it closed says nothing of the time since.
        else if (open === null && outcome !== 'ignored' && startedAtMs >= closedAtMs) {
          learn(
            { startedAtMs, endedAtMs: monotonic(), failedRequest: outcome === 'failure' ? request : null },
            failure,
          );
        }
      };
      try {
        const answer = await call();
        end('success', null);
        return answer;
      } catch (error) {
        end(toOutcome(error), error);
        throw error;
      }
    },
  };
}

/** Lets every call through. */
export const NO_BREAKER: Breaker = {
  check: () => undefined,
  isOpen: () => false,
  run: (_request, _toOutcome, call) => call(),
};
