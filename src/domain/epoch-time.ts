import { DAY_MS } from './durations.ts';

/**
 * The epoch milliseconds of a valid RFC 3339 time. The usual forms, in UTC with seconds or milliseconds, are read without Date.parse,
 * which takes several times as long: a report can have thousands of times.
 */
export function toEpochMs(time: string): number {
  const hasMs = time.length === 24 && time[19] === '.' && time[23] === 'Z';
  if (!hasMs && !(time.length === 20 && time[19] === 'Z')) return Date.parse(time);
  const year = toNumber(time, 0) * 100 + toNumber(time, 2);
  const seconds = toNumber(time, 11) * 3_600 + toNumber(time, 14) * 60 + toNumber(time, 17);
  const ms = hasMs ? toNumber(time, 20) * 10 + time.charCodeAt(22) - ZERO : 0;
  return toDaysSince1970(year, toNumber(time, 5), toNumber(time, 8)) * DAY_MS + seconds * 1_000 + ms;
}

const ZERO = 48;

/** The number in two digits. */
function toNumber(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

const DAYS_BEFORE_1970 = 719_528;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Counts from the year 0, which is a leap year of the proleptic Gregorian calendar, as ISO 8601 does. */
function toDaysSince1970(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = year === 0 ? 0 : Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + 1;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const ofYear = (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (isLeap && month > 2 ? 1 : 0) + day - 1;
  return year * 365 + leapDays + ofYear - DAYS_BEFORE_1970;
}
