import type { Clock } from '../../domain/clock.ts';
import { ReportError } from '../../domain/errors.ts';

/** The time limits of one call: of each attempt, and of all attempts and pauses together. */
export interface TimeLimits {
  /** Aborts with UPSTREAM_TIMEOUT when either time is over, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  /** When the time of the call is over, by the monotonic clock. */
  readonly endsAtMs: number;
  /** Whether the call was aborted as a whole: its time is over, or the outer signal aborted. */
  isOver(): boolean;
  beginAttempt(): void;
  endAttempt(): void;
  /** Cancels the timers. */
  end(): void;
}

export interface TimeLimitsOptions {
  readonly totalTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
}

/** Starts the time of a call. Throws the outer signal's reason if it has aborted. One AbortController serves all limits. */
export function startTimeLimits(
  { totalTimeoutMs, callTimeoutMs, clock }: TimeLimitsOptions,
  outerSignal: AbortSignal | null,
): TimeLimits {
  outerSignal?.throwIfAborted();
  const controller = new AbortController();
  let isOver = false;
  const abort = (reason: unknown): void => {
    isOver = true;
    controller.abort(reason);
  };
  const follow = (): void => abort(outerSignal?.reason);
  outerSignal?.addEventListener('abort', follow, { once: true });
  const cancelTotal = clock.after(totalTimeoutMs, () => abort(toTimeout(totalTimeoutMs)));
  let cancelAttempt: (() => void) | null = null;
  const endAttempt = (): void => {
    cancelAttempt?.();
    cancelAttempt = null;
  };

  return {
    signal: controller.signal,
    endsAtMs: clock.monotonic() + totalTimeoutMs,
    isOver: () => isOver,
    beginAttempt() {
      cancelAttempt = clock.after(callTimeoutMs, () => controller.abort(toTimeout(callTimeoutMs)));
    },
    endAttempt,
    end() {
      endAttempt();
      cancelTotal();
      outerSignal?.removeEventListener('abort', follow);
    },
  };
}

function toTimeout(limitMs: number): ReportError {
  return new ReportError(
    'UPSTREAM_TIMEOUT',
    `The platform did not respond within ${limitMs / 1000} s. Try again in a moment. For a report, fewer devices or a shorter window can help.`,
  );
}
