import { DAY_MS } from '../domain/durations.ts';
import { toDayStartMs } from '../domain/local-days.ts';
import type { ReportDate } from '../domain/report-date.ts';
import { MAX_WINDOW_DAYS, type ReportWindow } from '../domain/report-window.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import type { Period } from './periods.ts';

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
  /** The first day that the platform still has from its beginning, however long it is asked for. */
  readonly earliest: number;
  readonly toTime: (period: Period) => BucketTime;
}

/** Creates the calendar of a zone at a moment. */
export function createLocalCalendar(zone: TimeZone, nowMs: number): LocalCalendar {
  const today = zone.toDay(nowMs);
  const tomorrowMs = toDayStartMs(zone, today + 1);
  const oldestMs = tomorrowMs - MAX_WINDOW_DAYS * DAY_MS;
  const oldest = zone.toDay(oldestMs);
  return {
    today,
    earliest: toDayStartMs(zone, oldest) < oldestMs ? oldest + 1 : oldest,
    toTime(period) {
      const startMs = toDayStartMs(zone, period.first);
      const endMs = toDayStartMs(zone, period.last + 1) - 1;
      const window = period.first > today ? null : toWindow(startMs, Math.min(endMs, tomorrowMs - 1));
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
