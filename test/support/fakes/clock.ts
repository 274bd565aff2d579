import type { Clock } from '../../../src/domain/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  /** Sets only the time of day, as an operator or a time server does. */
  setTimeOfDay(time: string): void;
  /** The number of timers that are running, or of those that were started with that length. */
  countTimers(milliseconds?: number): number;
  /** Every requested pause, in milliseconds. */
  readonly pauses: readonly number[];
}

interface Timer {
  readonly milliseconds: number;
  readonly dueAtMs: number;
  readonly ring: () => void;
}

/**
 * A clock that stands still until a test moves it. Pauses end at once and move it by their length; `random` is always 1. Work
 * that `after` schedules runs after the real time, or at once if the clock is moved past it.
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
      const timer = { milliseconds, dueAtMs: monotonicMs + milliseconds, ring };
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
    countTimers: (milliseconds) =>
      milliseconds === undefined
        ? timers.size
        : [...timers].filter((timer) => timer.milliseconds === milliseconds).length,
    pauses,
  };
}
