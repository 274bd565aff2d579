import type { SentEvent } from './run-subscription.ts';

type Events = AsyncIterableIterator<SentEvent, undefined>;

/** How the events of a subscription ended. */
export interface EventsEnd {
  readonly events: number;
  /** Why they ended early; null if they did not. */
  readonly reason: unknown;
}

/** Returns the same events. Calls `onEvent` for each, and `onEnd` once when they have ended, for whatever reason. */
export function watchEvents(
  source: Events,
  signal: () => AbortSignal,
  onEnd: (end: EventsEnd) => void,
  onEvent: () => void = () => undefined,
): Events {
  const iterator = source[Symbol.asyncIterator]();
  let events = 0;
  let isOver = false;
  const end = (reason: unknown): void => {
    if (isOver) return;
    isOver = true;
    onEnd({ events, reason });
  };
  const watched: Events = {
    [Symbol.asyncIterator]: () => watched,
    async next() {
      try {
        const next = await iterator.next();
        if (next.done === true) {
          // If the client has left, the events end without an error.
          end(signal().aborted ? signal().reason : null);
          return { done: true, value: undefined };
        }
        events += 1;
        onEvent();
        return next;
      } catch (error) {
        end(error);
        throw error;
      }
    },
    async return() {
      await iterator.return?.();
      end(signal().reason);
      return { done: true, value: undefined };
    },
  };
  return watched;
}
