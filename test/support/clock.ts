import type { Clock } from '../../src/thingspace/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  /** Every pause that was asked for, in milliseconds. */
  readonly pauses: readonly number[];
}

/** A clock that stands still until a test moves it; pauses are over at once, and chance always takes nothing away. */
export function createTestClock(startsAt: string): TestClock {
  let nowMs = Date.parse(startsAt);
  const pauses: number[] = [];
  return {
    now: () => nowMs,
    random: () => 1,
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      pauses.push(milliseconds);
      nowMs += milliseconds;
      return Promise.resolve();
    },
    after: (milliseconds, work) => {
      const timer = setTimeout(work, milliseconds);
      return () => clearTimeout(timer);
    },
    advance(milliseconds) {
      nowMs += milliseconds;
    },
    pauses,
  };
}
