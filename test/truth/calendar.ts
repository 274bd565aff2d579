export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Pacific/Auckland',
  'Pacific/Pago_Pago',
  'Pacific/Kiritimati',
  'Australia/Lord_Howe',
];

/** One side of a window: an instant in epoch milliseconds, a keyword, or null if it is omitted. */
export type Side = number | 'keyword' | null;

/**
 * Reads a side of a window. A date is the whole day in UTC: as a start its first millisecond, as an end its last one. A time
 * without an offset is UTC.
 */
export function readSide(text: string | null, which: 'start' | 'end'): Side {
  if (text === null) return null;
  if (/^[A-Z]/.test(text)) return 'keyword';
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return Date.parse(`${text}T00:00:00Z`) + (which === 'end' ? DAY - 1 : 0);
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

const formats = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });

/** Creates a function from an instant to its calendar day in the zone, such as 2026-05-31. */
export function createToDay(zone: string): (atMs: number) => string {
  const format = formats(zone);
  return (atMs) => format.format(atMs);
}

/** The days from the first to the last, both included. None if the last is before the first. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let atMs = Date.parse(first); atMs <= Date.parse(last); atMs += DAY) {
    days.push(new Date(atMs).toISOString().slice(0, 10));
  }
  return days;
}

/** Whether the window begins or ends inside the day, so that the day is not whole. Sides that are not instants cut nothing. */
export function isCut(day: string, zone: string, window: { readonly start: Side; readonly end: Side }): boolean {
  const toDay = createToDay(zone);
  const cutsBefore = typeof window.start === 'number' && toDay(window.start) === day && toDay(window.start - 1) === day;
  const cutsAfter = typeof window.end === 'number' && toDay(window.end) === day && toDay(window.end + 1) === day;
  return cutsBefore || cutsAfter;
}
