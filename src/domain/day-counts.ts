import { afterMoment, type Clock } from './clock.ts';
import { DAY_MS } from './durations.ts';

/** Counts of the current day in UTC, by name. They begin at zero on each day. */
export interface DayCounts<Name extends string> {
  /** It takes no time to speak of. */
  add(name: Name, amount: number): void;
  read(): DaySoFar<Name>;
  /** Stops the timer. */
  close(): void;
}

export interface DaySoFar<Name extends string> {
  /** The beginning of the day, or of counting if that was later, in epoch milliseconds. */
  readonly sinceMs: number;
  readonly counts: Readonly<Record<Name, number>>;
}

/** Starts counts that are zero now. */
export function startDayCounts<Name extends string>(
  zero: Readonly<Record<Name, number>>,
  clock: Pick<Clock, 'now' | 'after'>,
): DayCounts<Name> {
  let sinceMs = clock.now();
  let counts: Record<Name, number> = { ...zero };
  // By a timer, because to look at the clock for each device that is answered from the cache would take longer than to count it.
  const plan = (): (() => void) => {
    const nextDayMs = (Math.floor(clock.now() / DAY_MS) + 1) * DAY_MS;
    return afterMoment(nextDayMs, clock, () => {
      sinceMs = nextDayMs;
      counts = { ...zero };
      cancel = plan();
    });
  };
  let cancel = plan();
  return {
    add(name, amount) {
      counts[name] += amount;
    },
    read: () => ({ sinceMs, counts: { ...counts } }),
    close: () => cancel(),
  };
}
