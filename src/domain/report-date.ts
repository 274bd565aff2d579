import { MINUTE_MS } from './durations.ts';

/**
 * An ISO 8601 date or date-time, or one of the platform's keywords. `text` is sent to the platform as it is; `atMs` is the
 * moment, or the start of the day in UTC, in epoch milliseconds.
 */
export type ReportDate =
  | { readonly text: string; readonly kind: 'constant' }
  | { readonly text: string; readonly kind: 'instant'; readonly atMs: number }
  | { readonly text: string; readonly kind: 'day'; readonly atMs: number };

const CONSTANT = /^[A-Z][A-Z0-9_]{0,63}$/;
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** Parses a date; returns null if the text is not one. A time without an offset is in UTC, as on the platform. */
export function toReportDate(text: string): ReportDate | null {
  if (CONSTANT.test(text)) return { text, kind: 'constant' };
  const parts = ISO_8601.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset] = parts;
  const dayMs = toDayMs(Number(year), Number(month), Number(day));
  if (dayMs === null) return null;
  if (hour === undefined) return { text, kind: 'day', atMs: dayMs };
  const offsetMinutes = toOffsetMinutes(offset);
  if (offsetMinutes === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const clockMs =
    (Number(hour) * 60 + Number(minute) - offsetMinutes) * MINUTE_MS +
    Number(second) * 1000 +
    Math.floor(Number(`0.${fraction}`) * 1000);
  return { text, kind: 'instant', atMs: dayMs + clockMs };
}

/** Whether the day that a text names (2026-05-31) exists. */
export function isCalendarDay(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number);
  return year !== undefined && month !== undefined && day !== undefined && toDayMs(year, month, day) !== null;
}

function toDayMs(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : null;
}

function toOffsetMinutes(offset: string | undefined): number | null {
  if (offset === undefined || offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
