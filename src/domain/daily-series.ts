import { DAY_MS } from './durations.ts';
import type { ArgumentPath, InputFault } from './errors.ts';
import type { ReportDate } from './report-date.ts';
import { MAX_WINDOW_DAYS, type ReportWindow } from './report-window.ts';
import { toSessionTotals, type Session, type SessionTotals } from './session.ts';

/** The sessions of one day, added up. */
export interface DailyUsage extends SessionTotals {
  /** A calendar date (2026-05-31) in the time zone of the series. */
  readonly date: string;
}

/** Returns the calendar date of a moment (epoch milliseconds) in one time zone, such as 2026-05-31. */
export type ToDate = (atMs: number) => string;

/**
 * Returns the calendar of an IANA time zone, or that of UTC if none is named. Adds a fault and returns null if there is no such
 * zone.
 */
export function parseTimeZone(timeZone: unknown, argumentPath: ArgumentPath, faults: InputFault[]): ToDate | null {
  const toDate = timeZone === null || timeZone === undefined ? toUtcDate : toDateIn(timeZone);
  if (toDate === null) {
    faults.push({
      argumentPath,
      message: 'This is not a valid time zone. Send an IANA name, such as "UTC" or "America/New_York".',
    });
  }
  return toDate;
}

/** Some versions of Node.js accept an offset such as "+05:30" as a zone, and others do not. All accept names. */
const ZONE_NAME = /^[A-Za-z]/;

const toUtcDate: ToDate = (atMs) => new Date(atMs).toISOString().slice(0, '2026-05-31'.length);

function toDateIn(timeZone: unknown): ToDate | null {
  // Most series are in UTC, and creating a formatter costs as much as formatting a hundred dates.
  if (timeZone === 'UTC') return toUtcDate;
  if (typeof timeZone !== 'string' || !ZONE_NAME.test(timeZone)) return null;
  try {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    return (atMs) => format.format(atMs).padStart('2026-05-31'.length, '0');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Returns a row for each day of the window, oldest first, including days without sessions. A session counts on the day on which
 * it began; if that is outside the window, the day gets a row, too. If the start is not a date, the series begins with the first
 * session. Without an end it ends today; if the end is a keyword, it ends with the last session.
 */
export function toDailySeries(
  sessions: readonly Session[],
  window: ReportWindow,
  toDate: ToDate,
  nowMs: number,
): DailyUsage[] {
  const byDate = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.startTime === null) continue;
    const date = toDate(Date.parse(session.startTime));
    const day = byDate.get(date);
    if (day === undefined) byDate.set(date, [session]);
    else day.push(session);
  }
  for (const date of toWindowDates(window, [...byDate.keys()].sort(), toDate, nowMs)) {
    if (!byDate.has(date)) byDate.set(date, []);
  }
  return [...byDate]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, sessionsOfDay]) => ({ date, ...toSessionTotals(sessionsOfDay) }));
}

function toWindowDates(
  { start, end }: ReportWindow,
  sessionDates: readonly string[],
  toDate: ToDate,
  nowMs: number,
): string[] {
  const first = toDateOf(start, toDate, 0) ?? sessionDates[0];
  const last = toDateOf(end, toDate, 1) ?? (end === null ? toDate(nowMs) : sessionDates.at(-1));
  return first === undefined || last === undefined ? [] : toDatesBetween(first, last);
}

function toDateOf(date: ReportDate | null, toDate: ToDate, excludedMs: number): string | null {
  if (date === null || date.kind === 'constant') return null;
  return date.kind === 'day' ? date.text : toDate(date.atMs - excludedMs);
}

/**
 * Returns no dates if the two are further apart than the longest window and a day at each end for the time zone: then they are
 * not from one window.
 */
function toDatesBetween(first: string, last: string): string[] {
  const firstMs = Date.parse(first);
  const days = Math.round((Date.parse(last) - firstMs) / DAY_MS) + 1;
  if (!(days > 0 && days <= MAX_WINDOW_DAYS + 2)) return [];
  return Array.from({ length: days }, (_, day) => new Date(firstMs + day * DAY_MS).toISOString().slice(0, 10));
}
