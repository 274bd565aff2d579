import type { ServerResponse } from 'node:http';
import { ReportError } from '../../domain/errors.ts';
import type { Departure, Deadline } from '../../domain/deadline.ts';
import type { Clock } from '../../domain/clock.ts';

/** The departure of the client of a response: its connection closes before the answer is sent. */
export function createDeparture(response: ServerResponse): Departure {
  return createSharedDeparture(
    () => response.destroyed && !response.writableFinished,
    (leave) => response.on('close', leave),
  );
}

/** The same, for a request that comes with a signal. */
export function toDeparture(signal: AbortSignal): Departure {
  return createSharedDeparture(
    () => signal.aborted,
    (leave) => signal.addEventListener('abort', leave),
  );
}

/** A timer that is longer than this one would ring at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A departure that comes at a moment at the latest, in epoch milliseconds, with a reason of its own. No timer runs while nobody waits. */
export function endingAt(
  departure: Departure,
  atMs: number,
  { now, after }: Pick<Clock, 'now' | 'after'>,
  toReason: () => Error,
): Departure {
  return {
    onGone(listener) {
      let callOff = (): void => undefined;
      const stay = departure.onGone((reason) => {
        callOff();
        listener(reason);
      });
      const wait = (): void => {
        const leftMs = atMs - now();
        callOff = after(Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS), () => {
          if (atMs > now()) wait();
          else {
            stay();
            listener(toReason());
          }
        });
      };
      wait();
      return () => {
        callOff();
        stay();
      };
    },
  };
}

/** However many wait, one listener: an operation can wait for a thousand calls. */
function createSharedDeparture(isGone: () => boolean, listen: (leave: () => void) => void): Departure {
  const listeners = new Set<(reason: Error) => void>();
  let isListening = false;
  const leave = (): void => {
    if (!isGone()) return;
    for (const listener of listeners) listener(toCancelled());
    listeners.clear();
  };
  return {
    onGone(listener) {
      listeners.add(listener);
      if (isGone()) leave();
      else if (!isListening) listen(leave);
      isListening = true;
      return () => listeners.delete(listener);
    },
  };
}

/** The error of an operation whose client has gone away. */
export function toCancelled(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'The client went away before the answer was there.');
}

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
