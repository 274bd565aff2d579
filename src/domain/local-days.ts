// A file of its own: it searches, which nothing does that only reads the calendar of a zone.
import { DAY_MS, HOUR_MS } from './durations.ts';
import type { TimeZone } from './time-zone.ts';

/** No zone is further from UTC than 14 hours, and never has one been further than 16. */
const MAX_OFFSET_MS = 16 * HOUR_MS;

/** The first millisecond of a day in a zone, in epoch milliseconds. A day that the zone skipped starts when the next one does. */
export function toDayStartMs(zone: TimeZone, day: number): number {
  const midnightMs = day * DAY_MS;
  if (zone.toDay(midnightMs) === day && zone.toDay(midnightMs - 1) === day - 1) return midnightMs;
  let [before, from] = [midnightMs - MAX_OFFSET_MS, midnightMs + MAX_OFFSET_MS];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (zone.toDay(middle) < day) before = middle;
    else from = middle;
  }
  return from;
}
