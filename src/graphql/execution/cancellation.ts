import type { ServerResponse } from 'node:http';
import type { Clock } from '../../domain/clock.ts';
import type { CancelSignal, Deadline } from '../../domain/deadline.ts';
import { ReportError } from '../../domain/errors.ts';

/** The departure of the client of a response: its connection closes before the answer is sent. */
export function createCancelSignal(response: ServerResponse): CancelSignal {
  return createSharedSignal(
    () => response.destroyed && !response.writableFinished,
    (onAbort) => response.on('close', onAbort),
  );
}

/** The same, for a request that comes with a signal. */
export function toCancelSignal(signal: AbortSignal): CancelSignal {
  return createSharedSignal(
    () => signal.aborted,
    (onAbort) => signal.addEventListener('abort', onAbort),
  );
}

/** A timer that is longer than this one would ring at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A departure that comes at a moment at the latest, in epoch milliseconds, with a reason of its own. No timer runs while nobody waits. */
export function endingAt(
  signal: CancelSignal,
  atMs: number,
  { now, after }: Pick<Clock, 'now' | 'after'>,
  toReason: () => Error,
): CancelSignal {
  return {
    onAbort(listener) {
      let cancel = (): void => undefined;
      const unsubscribe = signal.onAbort((reason) => {
        cancel();
        listener(reason);
      });
      const wait = (): void => {
        const leftMs = atMs - now();
        cancel = after(Math.min(Math.max(0, leftMs), MAX_TIMER_MS), () => {
          if (atMs > now()) wait();
          else {
            unsubscribe();
            listener(toReason());
          }
        });
      };
      wait();
      return () => {
        cancel();
        unsubscribe();
      };
    },
  };
}

/** However many wait, one listener: an operation can wait for a thousand calls. */
function createSharedSignal(isCancelled: () => boolean, listen: (onAbort: () => void) => void): CancelSignal {
  const listeners = new Set<(reason: Error) => void>();
  let isListening = false;
  const onAbort = (): void => {
    if (!isCancelled()) return;
    for (const listener of listeners) listener(toCancelled());
    listeners.clear();
  };
  return {
    onAbort(listener) {
      listeners.add(listener);
      if (isCancelled()) onAbort();
      else if (!isListening) listen(onAbort);
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
    // A timer may be early by a part of a millisecond.
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
    `This was not there ${timeoutMs} ms after the operation began, the longest that one may take. Ask for less at once, or use requestAggregatedReport.`,
  );
}
