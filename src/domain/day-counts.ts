import { DAY_MS } from './durations.ts';

/** Counts of the current day in UTC, by name. They begin at zero on each day. */
export interface DayCounts<Name extends string> {
  add(name: Name, amount: number): void;
  read(): DaySoFar<Name>;
}

export interface DaySoFar<Name extends string> {
  /** The beginning of the day, or of counting if that was later, in epoch milliseconds. */
  readonly sinceMs: number;
  readonly counts: Readonly<Record<Name, number>>;
}

/** Creates counts that are zero now. `now` returns epoch milliseconds. */
export function createDayCounts<Name extends string>(
  zero: Readonly<Record<Name, number>>,
  now: () => number,
): DayCounts<Name> {
  let sinceMs = now();
  let endsAtMs = toNextDay(sinceMs);
  let counts: Record<Name, number> = { ...zero };
  const turnPage = (): void => {
    const nowMs = now();
    // Before its beginning, the time of day was set back.
    if (nowMs < endsAtMs && nowMs >= endsAtMs - DAY_MS) return;
    endsAtMs = toNextDay(nowMs);
    sinceMs = endsAtMs - DAY_MS;
    counts = { ...zero };
  };
  return {
    add(name, amount) {
      turnPage();
      counts[name] += amount;
    },
    read() {
      turnPage();
      return { sinceMs, counts: { ...counts } };
    },
  };
}

function toNextDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS + DAY_MS;
}
