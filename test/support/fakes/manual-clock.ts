import type { Clock } from '../../../src/domain/clock.ts';

/** A clock that stands still. Scheduled work waits until the test runs it. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void;
  /** Runs all waiting work. */
  letGo(): void;
  /** The number of waiting pieces of work. */
  waiting(): number;
}

export function createManualClock(startsAt = '2026-11-20T12:00:00Z'): ManualClock {
  let nowMs = Date.parse(startsAt);
  const held = new Set<() => void>();
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    random: () => 1,
    wait: () => Promise.reject(new Error('nothing may pause here')),
    after(_, work) {
      const once = (): void => {
        held.delete(once);
        work();
      };
      held.add(once);
      return () => void held.delete(once);
    },
    advance(milliseconds) {
      nowMs += milliseconds;
    },
    letGo() {
      for (const work of [...held]) work();
    },
    waiting: () => held.size,
  };
}
