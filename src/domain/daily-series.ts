import type { ReportDate } from './report-date.ts';
import { MAX_WINDOW_DAYS, type ReportWindow } from './report-window.ts';
import { createSessionSums, type SessionSums, type SessionTotals, type SessionValues } from './session.ts';
import { toDate, UTC, type TimeZone } from './time-zone.ts';

/** The sessions of one day, added up. */
export interface DailyUsage extends SessionTotals {
  /** A calendar date (2026-05-31) in the time zone of the series. */
  readonly date: string;
}

/**
 * Returns a row for each day of the window, oldest first, including days without sessions. A session counts on the day on which
 * it began; if that is outside the window, the day gets a row, too. If the start is not a date, the series begins with the first
 * session. Without an end it ends today; if the end is a keyword, it ends with the last session.
 */
export function toDailySeries(
  sessions: readonly SessionValues[],
  window: ReportWindow,
  zone: TimeZone,
  nowMs: number,
): DailyUsage[] {
  const days = new Map<number, SessionSums>();
  const sumsOf = (day: number): SessionSums => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const sums = createSessionSums();
    days.set(day, sums);
    return sums;
  };
  for (const values of sessions) if (values.startMs !== null) sumsOf(zone.toDay(values.startMs)).add(values);
  const { first, last } = toWindowDays(window, [...days.keys()], zone, nowMs);
  for (let day = first; day <= last; day += 1) sumsOf(day);
  return [...days].sort(([a], [b]) => a - b).map(([day, sums]) => ({ date: toDate(day), ...sums.toTotals() }));
}

const NO_DAYS = { first: 0, last: -1 };

/**
 * Returns no days if the two ends are further apart than the longest window and a day at each end for the time zone: then they are
 * not from one window.
 */
function toWindowDays(
  { start, end }: ReportWindow,
  sessionDays: readonly number[],
  zone: TimeZone,
  nowMs: number,
): { readonly first: number; readonly last: number } {
  const firstOfSessions = sessionDays.length === 0 ? null : sessionDays.reduce((a, b) => Math.min(a, b));
  const lastOfSessions = sessionDays.length === 0 ? null : sessionDays.reduce((a, b) => Math.max(a, b));
  const first = toDayOf(start, zone, 0) ?? firstOfSessions;
  const last = toDayOf(end, zone, 1) ?? (end === null ? zone.toDay(nowMs) : lastOfSessions);
  return first === null || last === null || last - first > MAX_WINDOW_DAYS + 1 ? NO_DAYS : { first, last };
}

function toDayOf(date: ReportDate | null, zone: TimeZone, excludedMs: number): number | null {
  if (date === null || date.kind === 'constant') return null;
  return date.kind === 'day' ? UTC.toDay(date.atMs) : zone.toDay(date.atMs - excludedMs);
}
