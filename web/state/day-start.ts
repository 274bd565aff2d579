import { toMs } from './days.ts';

/** No zone is further from UTC than 14 hours, and never has one been further than 16. */
const MAX_OFFSET_MS = 16 * 3_600_000;

/**
 * Creates the function that says when a day begins in a time zone, in epoch milliseconds. It searches, because a day does not begin at
 * midnight in every zone and year, and has 23 or 25 hours when the clocks change.
 */
export function createDayStart(zone: string): (day: string) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (day) => {
    let [before, from] = [toMs(day) - MAX_OFFSET_MS, toMs(day) + MAX_OFFSET_MS];
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (format.format(middle) < day) before = middle;
      else from = middle;
    }
    return from;
  };
}
