import type { Departure, Deadline } from '../../domain/deadline.ts';
import { ReportError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/clock.ts';

/**
 * The deadline of an operation, so many milliseconds after it begins; one that never begins has none. Whoever waits by its departure
 * is told at the deadline as if the client had gone, with OPERATION_TIMEOUT as the reason. No timer runs while nobody waits.
 */
export function createDeadline(
  departure: Departure,
  timeoutMs: number,
  { monotonic, after }: Pick<Clock, 'monotonic' | 'after'>,
): Deadline {
  const waiting = new Set<(reason: Error) => void>();
  let endsAtMs = Infinity;
  let callOff: (() => void) | null = null;

  const isOver = (): boolean => endsAtMs !== Infinity && monotonic() >= endsAtMs;
  const ring = (): void => {
    callOff = null;
    // A timer may be early by a part of a millisecond.
    endsAtMs = -Infinity;
    for (const leave of [...waiting]) leave(toTimeout(timeoutMs));
  };
  const forget = (leave: (reason: Error) => void): void => {
    waiting.delete(leave);
    if (waiting.size > 0) return;
    callOff?.();
    callOff = null;
  };

  return {
    begin: () => void (endsAtMs = monotonic() + timeoutMs),
    rejectIfOver() {
      if (isOver()) throw toTimeout(timeoutMs);
    },
    departure: {
      onGone(listener) {
        if (endsAtMs === Infinity) return departure.onGone(listener);
        if (isOver()) {
          listener(toTimeout(timeoutMs));
          return () => undefined;
        }
        const leave = (reason: Error): void => {
          stop();
          listener(reason);
        };
        let stay = (): void => undefined;
        const stop = (): void => {
          stay();
          forget(leave);
        };
        waiting.add(leave);
        callOff ??= after(endsAtMs - monotonic(), ring);
        stay = departure.onGone(leave);
        return stop;
      },
    },
  };
}

function toTimeout(timeoutMs: number): ReportError {
  return new ReportError(
    'OPERATION_TIMEOUT',
    `This was not there ${timeoutMs} ms after the operation began, the longest that one may take. Ask for less at once, or use requestAggregatedReport.`,
  );
}
