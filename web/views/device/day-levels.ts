/** A day as the API returns it. */
export interface Day {
  readonly date: string;
  readonly numberOfSessions: number;
  readonly numBytes?: number | null;
}

/** How a day is drawn: 1 to 4 are quarters of the days with bytes. */
export type Level = 'none' | 'unknown' | 'zero' | 1 | 2 | 3 | 4;

/** Returns the level of each day. Quarters, because a single busy day would make all others look alike on a straight scale. */
export function toLevels(days: readonly Day[]): Level[] {
  const bytes = days.flatMap(({ numBytes }) =>
    numBytes !== null && numBytes !== undefined && numBytes > 0 ? [numBytes] : [],
  );
  const sorted = bytes.sort((one, other) => one - other);
  const bounds = [0.25, 0.5, 0.75].map((share) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  const [first = 0, second = 0, third = 0] = bounds;
  return days.map(({ numberOfSessions, numBytes }) => {
    if (numberOfSessions === 0) return 'none';
    if (numBytes === null || numBytes === undefined) return 'unknown';
    if (numBytes === 0) return 'zero';
    if (numBytes <= first) return 1;
    if (numBytes <= second) return 2;
    return numBytes <= third ? 3 : 4;
  });
}
