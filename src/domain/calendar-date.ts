import { DAY_MS } from './durations.ts';
import type { ArgumentPath, InputFault } from './errors.ts';
import { toReportDate } from './report-date.ts';

/** The day that a text names (2026-05-31), as the number of days from 1970-01-01; null if it names none. */
export function toDay(text: string): number | null {
  const date = toReportDate(text);
  return date?.kind === 'day' ? date.atMs / DAY_MS : null;
}

/** Parses a calendar day. Adds a fault and returns null if the value is not one. */
export function parseDay(value: unknown, argumentPath: ArgumentPath, faults: InputFault[]): number | null {
  const day = typeof value === 'string' ? toDay(value) : null;
  if (day === null) {
    faults.push({ argumentPath, message: 'This is not a valid day. Send an ISO 8601 date, such as 2026-05-31.' });
  }
  return day;
}

/** The year, the month (from 0) and the day of the month of a day. */
export function toCalendar(day: number): { readonly year: number; readonly month: number; readonly date: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth(), date: at.getUTCDate() };
}

/** The day with this date. A month below 0 or over 11 is one of another year, and a date of 0 is the last day of the month before. */
export function fromCalendar(year: number, month: number, date: number): number {
  const at = new Date(0);
  at.setUTCFullYear(year, month, date);
  return at.getTime() / DAY_MS;
}

/** The same date a year before; the 29th of February becomes the 28th. */
export function toYearBefore(day: number): number {
  const { year, month, date } = toCalendar(day);
  return fromCalendar(year - 1, month, month === 1 && date === 29 ? 28 : date);
}
