import { fromCalendar, toCalendar, toYearBefore } from '../domain/calendar-date.ts';

/** How long the buckets of a series are. */
export const GRANULARITIES = ['DAY', 'WEEK', 'MONTH', 'BILLING_CYCLE', 'WHOLE'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** What a series is compared with. */
export const COMPARISONS = ['PREVIOUS_PERIOD', 'SAME_PERIOD_LAST_YEAR'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Calendar days from the first to the last, as numbers of days from 1970-01-01. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/** The units of a calendar, which follow each other without gaps. */
interface Units {
  /** The number of the unit that a day is in. */
  readonly toIndex: (day: number) => number;
  readonly toFirst: (index: number) => number;
  /** How many of them a year has, for a comparison with the year before. */
  readonly perYear: number;
}

const MONTHS_PER_YEAR = 12;
const DAYS_PER_WEEK = 7;
/** 1970-01-01 was a Thursday. */
const DAYS_SINCE_MONDAY = 3;

const DAYS: Units = { toIndex: (day) => day, toFirst: (index) => index, perYear: 365 };

/** ISO weeks, which begin on Monday. */
const WEEKS: Units = {
  toIndex: (day) => Math.floor((day + DAYS_SINCE_MONDAY) / DAYS_PER_WEEK),
  toFirst: (index) => index * DAYS_PER_WEEK - DAYS_SINCE_MONDAY,
  perYear: 52,
};

/** Months that begin on a day of the month (1 to 31), or on the last day of a month that is too short for it. */
export function toCycles(startDay: number): Units {
  const toFirst = (index: number): number => {
    const [year, month] = [Math.floor(index / MONTHS_PER_YEAR), index % MONTHS_PER_YEAR];
    return Math.min(fromCalendar(year, month, startDay), fromCalendar(year, month + 1, 0));
  };
  return {
    toFirst,
    toIndex(day) {
      const { year, month } = toCalendar(day);
      const index = year * MONTHS_PER_YEAR + month;
      return day < toFirst(index) ? index - 1 : index;
    },
    perYear: MONTHS_PER_YEAR,
  };
}

/** The billing cycle that a day is in. */
export function toCycle(day: number, startDay: number): Period {
  const { toIndex, toFirst } = toCycles(startDay);
  const index = toIndex(day);
  return { first: toFirst(index), last: toFirst(index + 1) - 1 };
}

/** How to divide a range. `cycleStartDay` is the first day of a billing cycle. */
export interface Division {
  readonly range: Period;
  readonly granularity: Granularity;
  readonly cycleStartDay: number;
}

/** Divides a range into periods, oldest first. The first and the last are cut where the range begins and ends. */
export function toPeriods({ range, granularity, cycleStartDay }: Division): Period[] {
  const units = toUnits(granularity, cycleStartDay);
  if (units === null) return [range];
  const periods: Period[] = [];
  const last = units.toIndex(range.last);
  for (let index = units.toIndex(range.first); index <= last; index += 1) {
    periods.push({
      first: Math.max(range.first, units.toFirst(index)),
      last: Math.min(range.last, units.toFirst(index + 1) - 1),
    });
  }
  return periods;
}

/**
 * The period that each of these is compared with, or null if there is none: 29 February has no counterpart in most years, nor have the
 * last days of a month in a shorter one. A period that ends with its month is compared with one that does so, too, however many days it has.
 */
export function toCounterparts(
  periods: readonly Period[],
  { range, granularity, cycleStartDay }: Division,
  comparison: Comparison,
): (Period | null)[] {
  const units = toUnits(granularity, cycleStartDay);
  const isLastYear = comparison === 'SAME_PERIOD_LAST_YEAR';
  if (units === null) {
    const days = range.last - range.first + 1;
    return isLastYear
      ? [{ first: toYearBefore(range.first), last: toYearBefore(range.last) }]
      : [{ first: range.first - days, last: range.first - 1 }];
  }
  if (granularity === 'DAY' && isLastYear) return periods.map(({ first }) => toDayBefore(first));
  const distance = isLastYear ? units.perYear : periods.length;
  return periods.map((period) => toShifted(period, units, distance));
}

function toDayBefore(day: number): Period | null {
  const { month, date } = toCalendar(day);
  if (month === 1 && date === 29) return null;
  const before = toYearBefore(day);
  return { first: before, last: before };
}

/** The same part of the unit that comes so many units before. */
function toShifted({ first, last }: Period, { toIndex, toFirst }: Units, distance: number): Period | null {
  const index = toIndex(first);
  const before = { first: toFirst(index - distance), last: toFirst(index - distance + 1) - 1 };
  const endsWithUnit = last === toFirst(index + 1) - 1;
  const shifted = {
    first: before.first + (first - toFirst(index)),
    last: endsWithUnit ? before.last : Math.min(before.last, before.first + (last - toFirst(index))),
  };
  return shifted.first <= shifted.last ? shifted : null;
}

function toUnits(granularity: Granularity, cycleStartDay: number): Units | null {
  switch (granularity) {
    case 'DAY':
      return DAYS;
    case 'WEEK':
      return WEEKS;
    case 'MONTH':
      return toCycles(1);
    case 'BILLING_CYCLE':
      return toCycles(cycleStartDay);
    case 'WHOLE':
      return null;
  }
}
