import type { CancelSignal } from './cancel-signal.ts';
import type { Clock } from './clock.ts';
import { ReportError } from './errors.ts';

/** The time limit of an operation. */
export interface Deadline {
  /** Aborts when the client disconnects or, after `begin`, when the time is over. */
  readonly signal: CancelSignal;
  /** Starts the time limit. */
  begin(): void;
  /** Throws OPERATION_TIMEOUT if the time is over. Call it before work that must not start after that. */
  rejectIfOver(): void;
}

/**
 * The deadline of an operation, `timeoutMs` after it begins; one that never begins has none. At the deadline its signal aborts
 * with OPERATION_TIMEOUT as the reason. No timer runs while nobody waits.
 */
export function createDeadline(
  signal: CancelSignal,
  timeoutMs: number,
  { monotonic, after }: Pick<Clock, 'monotonic' | 'after'>,
): Deadline {
  const waiting = new Set<(reason: Error) => void>();
  let endsAtMs = Infinity;
  let cancel: (() => void) | null = null;

  const isOver = (): boolean => endsAtMs !== Infinity && monotonic() >= endsAtMs;
  const expire = (): void => {
    cancel = null;
    // A timer may fire a fraction of a millisecond early.
    endsAtMs = -Infinity;
    for (const onAbort of [...waiting]) onAbort(toTimeout(timeoutMs));
  };
  const remove = (onAbort: (reason: Error) => void): void => {
    waiting.delete(onAbort);
    if (waiting.size > 0) return;
    cancel?.();
    cancel = null;
  };

  return {
    begin: () => void (endsAtMs = monotonic() + timeoutMs),
    rejectIfOver() {
      if (isOver()) throw toTimeout(timeoutMs);
    },
    signal: {
      onAbort(listener) {
        if (endsAtMs === Infinity) return signal.onAbort(listener);
        if (isOver()) {
          listener(toTimeout(timeoutMs));
          return () => undefined;
        }
        const onAbort = (reason: Error): void => {
          stop();
          listener(reason);
        };
        let unsubscribe = (): void => undefined;
        const stop = (): void => {
          unsubscribe();
          remove(onAbort);
        };
        waiting.add(onAbort);
        cancel ??= after(endsAtMs - monotonic(), expire);
        unsubscribe = signal.onAbort(onAbort);
        return stop;
      },
    },
  };
}

function toTimeout(timeoutMs: number): ReportError {
  return new ReportError(
    'OPERATION_TIMEOUT',
    `This was not ready within ${timeoutMs} ms, the maximum for one operation. Ask for less at once, or use requestAggregatedReport.`,
  );
}
