import { DAY_MS } from '../domain/durations.ts';
import { toDayStartMs } from '../domain/local-days.ts';
import type { ReportDate } from '../domain/report-date.ts';
import { MAX_WINDOW_DAYS, type ReportWindow } from '../domain/report-window.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import type { Period } from './periods.ts';

const MAX_WINDOW_MS = MAX_WINDOW_DAYS * DAY_MS;

/** A period as a bucket of time. */
export interface BucketTime {
  readonly period: Period;
  readonly startMs: number;
  /** Its last millisecond. */
  readonly endMs: number;
  /** What to ask the platform for: until the end of today at most. Null if it lies in the future. */
  readonly window: ReportWindow | null;
}

/** The calendar of a zone at one moment. */
export interface LocalCalendar {
  readonly today: number;
  /** The first day that the platform still has from its beginning. */
  readonly earliest: number;
  readonly toTime: (period: Period) => BucketTime;
}

/** Creates the calendar of a zone at a moment. */
export function createLocalCalendar(zone: TimeZone, nowMs: number): LocalCalendar {
  const today = zone.toDay(nowMs);
  const oldestMs = nowMs - MAX_WINDOW_MS;
  const oldest = zone.toDay(oldestMs);
  const earliest = toDayStartMs(zone, oldest) < oldestMs ? oldest + 1 : oldest;
  // If the clocks were set back since the earliest day, a window from there to the end of today would be too long. What is cut off is the future.
  const lastMs = Math.min(toDayStartMs(zone, today + 1), toDayStartMs(zone, earliest) + MAX_WINDOW_MS) - 1;
  return {
    today,
    earliest,
    toTime(period) {
      const startMs = toDayStartMs(zone, period.first);
      const endMs = toDayStartMs(zone, period.last + 1) - 1;
      const window = period.first > today ? null : toWindow(startMs, Math.min(endMs, lastMs));
      return { period, startMs, endMs, window };
    },
  };
}

/** The window between two moments, which it includes. */
function toWindow(startMs: number, endMs: number): ReportWindow {
  return { start: toInstant(startMs), end: toInstant(endMs) };
}

function toInstant(atMs: number): ReportDate {
  return { kind: 'instant', text: new Date(atMs).toISOString(), atMs };
}
