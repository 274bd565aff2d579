import type { Clock } from '../../../src/domain/clock.ts';

/** A clock that stands still, and whose work waits until the test lets it go. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void;
  /** Does all the work that waits. */
  letGo(): void;
  /** How much work waits. */
  waiting(): number;
}

export function createManualClock(startsAt = '2026-11-20T12:00:00Z'): ManualClock {
  let nowMs = Date.parse(startsAt);
  const held = new Set<() => void>();
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    random: () => 1,
    wait: () => Promise.reject(new Error('nothing pauses here')),
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
