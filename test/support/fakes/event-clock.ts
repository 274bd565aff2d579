import type { Clock } from '../../../src/domain/clock.ts';

/** A clock that moves from one scheduled event to the next, so that hours take no time and events come in their order. */
export interface EventClock extends Clock {
  /** Runs events in the order of their times until none is left. Whatever an event causes runs before the next one. */
  run(): Promise<void>;
}

interface ScheduledEvent {
  readonly atMs: number;
  readonly work: () => void;
}

export function createEventClock(startsAt = '2026-11-20T12:00:00Z'): EventClock {
  const startMs = Date.parse(startsAt);
  let elapsedMs = 0;
  const events = new Set<ScheduledEvent>();
  const after = (milliseconds: number, work: () => void): (() => void) => {
    const event = { atMs: elapsedMs + milliseconds, work };
    events.add(event);
    return () => void events.delete(event);
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    random: () => 1,
    after,
    wait: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const onAbort = (): void => {
          cancel();
          reject(signal.reason as Error);
        };
        const cancel = after(milliseconds, () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        });
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    async run() {
      await settle();
      while (events.size > 0) {
        const [first, ...others] = events;
        if (first === undefined) return;
        const next = others.reduce((soonest, event) => (event.atMs < soonest.atMs ? event : soonest), first);
        events.delete(next);
        elapsedMs = Math.max(elapsedMs, next.atMs);
        next.work();
        await settle();
      }
    },
  };
}
