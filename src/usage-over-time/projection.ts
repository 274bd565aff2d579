import { toPercentiles } from '../domain/usage-totals.ts';
import type { Period } from './periods.ts';

/** The bytes of one day. */
export interface DayBytes {
  readonly day: number;
  /** Null if they are not known. */
  readonly bytes: number | null;
  readonly settled: boolean;
}

/** What a billing cycle may come to, in bytes. */
export interface Projection {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly method: string;
  /** How many settled days it is based on. */
  readonly basedOnDays: number;
}

/** What one day of a cycle comes to, or may come to. */
interface ExpectedDay {
  readonly day: number;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** Each day of the week has been seen, if they follow each other. */
export const MIN_SETTLED_DAYS = 7;
const METHOD = 'WEEKDAY_MEDIAN';
const DAYS_PER_WEEK = 7;

/**
 * Projects a cycle from its settled days: a day to come is expected to have the median of the settled days with the same weekday. It is
 * between that and the quartiles of all settled days. A day that is not settled counts as what it has so far, if that is more. Null with
 * fewer than seven settled days, or above 2^53-1.
 */
export function toProjection(days: readonly DayBytes[], cycle: Period): Projection | null {
  const expected = toExpectedDays(days, cycle);
  if (expected === null) return null;
  const [low, middle, high] = [sum(expected, 'low'), sum(expected, 'expected'), sum(expected, 'high')];
  if (!Number.isSafeInteger(high)) return null;
  return { low, expected: middle, high, method: METHOD, basedOnDays: days.filter(isSettled).length };
}

/**
 * The day of a cycle on which its bytes exceed what is included: on a day so far, or on one to come, as the projection expects it. Null
 * if they are not expected to.
 */
export function findExceedingDay(days: readonly DayBytes[], cycle: Period, includedBytes: number): number | null {
  const soFar = days.map(({ day, bytes }) => ({ day, expected: bytes ?? 0 }));
  let bytes = 0;
  for (const { day, expected } of toExpectedDays(days, cycle) ?? soFar) {
    bytes += expected;
    if (bytes > includedBytes) return day;
  }
  return null;
}

function toExpectedDays(days: readonly DayBytes[], { first, last }: Period): ExpectedDay[] | null {
  const settled = days.filter(isSettled);
  if (settled.length < MIN_SETTLED_DAYS) return null;
  const known = new Map(days.map((day) => [day.day, day]));
  const all = settled.map(({ bytes }) => bytes);
  const [lower = 0, middle = 0, upper = 0] = toPercentiles(all, [25, 50, 75]);
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const day = first + at;
    const own = known.get(day);
    const bytes = own?.bytes ?? 0;
    if (own !== undefined && isSettled(own)) return { day, low: bytes, expected: bytes, high: bytes };
    const sameWeekday = settled.filter((other) => (day - other.day) % DAYS_PER_WEEK === 0).map((other) => other.bytes);
    const [median = middle] = toPercentiles(sameWeekday, [50]);
    return {
      day,
      low: Math.max(bytes, Math.min(median, lower)),
      expected: Math.max(bytes, median),
      high: Math.max(bytes, median, upper),
    };
  });
}

function isSettled({ settled, bytes }: DayBytes): boolean {
  return settled && bytes !== null;
}

function sum(days: readonly ExpectedDay[], name: 'low' | 'expected' | 'high'): number {
  return days.reduce((total, day) => total + day[name], 0);
}
