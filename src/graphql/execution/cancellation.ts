import type { ServerResponse } from 'node:http';
import type { Clock } from '../../domain/clock.ts';
import type { CancelSignal } from '../../domain/cancel-signal.ts';
import { ReportError } from '../../domain/errors.ts';

/** Aborts when the client's connection closes before the response is sent. */
export function createCancelSignal(response: ServerResponse): CancelSignal {
  return createSharedSignal(
    () => response.destroyed && !response.writableFinished,
    (onAbort) => response.on('close', onAbort),
  );
}

/** The same for a request that has an AbortSignal. */
export function toCancelSignal(signal: AbortSignal): CancelSignal {
  return createSharedSignal(
    () => signal.aborted,
    (onAbort) => signal.addEventListener('abort', onAbort),
  );
}

/** Node.js fires a longer timer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A signal that also aborts at a moment (epoch milliseconds), with a reason of its own. No timer runs while nobody waits. */
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

/** One listener however many wait, because an operation can wait for a thousand calls. */
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

/** Returns REQUEST_CANCELLED, for an operation whose client disconnected. */
export function toCancelled(): ReportError {
  return new ReportError('REQUEST_CANCELLED', 'The client disconnected before the response was ready.');
}
