import type { Clock } from '../../../src/domain/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  /** Sets the time of day alone, as an operator or a time server does. */
  setTimeOfDay(time: string): void;
  /** Every pause that was asked for, in milliseconds. */
  readonly pauses: readonly number[];
}

interface Timer {
  readonly dueAtMs: number;
  readonly ring: () => void;
}

/**
 * A clock that stands still until a test moves it; pauses are over at once, and chance always takes nothing away. What is to run
 * after a while runs when that has really passed, or at once when the clock is moved beyond it.
 */
export function createTestClock(startsAt: string): TestClock {
  let nowMs = Date.parse(startsAt);
  let monotonicMs = 1_000;
  const pauses: number[] = [];
  const timers = new Set<Timer>();
  return {
    now: () => nowMs,
    monotonic: () => monotonicMs,
    random: () => 1,
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      pauses.push(milliseconds);
      nowMs += milliseconds;
      monotonicMs += milliseconds;
      return Promise.resolve();
    },
    after: (milliseconds, work) => {
      const cancel = (): void => {
        clearTimeout(timeout);
        timers.delete(timer);
      };
      const ring = (): void => {
        cancel();
        work();
      };
      const timeout = setTimeout(ring, milliseconds);
      const timer = { dueAtMs: monotonicMs + milliseconds, ring };
      timers.add(timer);
      return cancel;
    },
    advance(milliseconds) {
      nowMs += milliseconds;
      monotonicMs += milliseconds;
      for (const timer of [...timers]) if (timer.dueAtMs <= monotonicMs && timers.has(timer)) timer.ring();
    },
    setTimeOfDay(time) {
      nowMs = Date.parse(time);
    },
    pauses,
  };
}
