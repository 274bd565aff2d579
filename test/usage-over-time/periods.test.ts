import { describe, expect, test } from 'vitest';
import { toDay } from '../../src/domain/calendar-date.ts';
import { toDayStartMs } from '../../src/domain/local-days.ts';
import { createTimeZone, toDate } from '../../src/domain/time-zone.ts';
import {
  toCounterparts,
  toCycle,
  toPeriods,
  type Comparison,
  type Granularity,
} from '../../src/usage-over-time/periods.ts';
import { fc } from '../support/fast-check.ts';
import { findStartMs, listDays, toBucketsOfDays } from '../support/usage-over-time/local-calendar.ts';

const day = (text: string): number => toDay(text) ?? NaN;

const GRANULARITIES = ['DAY', 'WEEK', 'MONTH', 'BILLING_CYCLE', 'WHOLE'] as const;

describe('the periods of a series', () => {
  test('are those that a calendar has, without a gap, cut where the series starts and ends', () => {
    const anySeries = fc.record({
      first: fc.integer({ min: day('2023-12-01'), max: day('2028-03-31') }),
      days: fc.integer({ min: 1, max: 120 }),
      granularity: fc.constantFrom<Granularity[]>(...GRANULARITIES),
      cycleStartDay: fc.integer({ min: 1, max: 31 }),
    });
    fc.assert(
      fc.property(anySeries, ({ first, days, granularity, cycleStartDay }) => {
        const range = { first, last: first + days - 1 };
        const periods = toPeriods({ range, granularity, cycleStartDay });
        const expected = toBucketsOfDays(listDays(toDate(range.first), toDate(range.last)), granularity, cycleStartDay);
        expect(periods.map((period) => listDays(toDate(period.first), toDate(period.last)))).toEqual(expected);
      }),
    );
  });

  test.each([
    ['2026-02-28', 31, '2026-02-28', '2026-03-30'],
    ['2026-02-27', 31, '2026-01-31', '2026-02-27'],
    ['2028-02-29', 30, '2028-02-29', '2028-03-29'],
    ['2026-04-30', 31, '2026-04-30', '2026-05-30'],
    ['2026-12-15', 16, '2026-11-16', '2026-12-15'],
    ['2026-01-01', 1, '2026-01-01', '2026-01-31'],
  ])('has %s in a cycle that starts on day %i: %s to %s', (at, startDay, first, last) => {
    const cycle = toCycle(day(at), startDay);
    expect([toDate(cycle.first), toDate(cycle.last)]).toEqual([first, last]);
  });

  test.each<[string, string, Granularity, Comparison, string[]]>([
    ['2026-03-01', '2026-03-31', 'MONTH', 'PREVIOUS_PERIOD', ['2026-02-01 2026-02-28']],
    ['2026-02-01', '2026-02-28', 'MONTH', 'PREVIOUS_PERIOD', ['2026-01-01 2026-01-31']],
    ['2026-03-10', '2026-03-20', 'MONTH', 'PREVIOUS_PERIOD', ['2026-02-10 2026-02-20']],
    ['2026-03-30', '2026-03-30', 'MONTH', 'PREVIOUS_PERIOD', ['none']],
    ['2026-03-30', '2026-04-02', 'MONTH', 'PREVIOUS_PERIOD', ['2026-01-30 2026-01-31', '2026-02-01 2026-02-02']],
    ['2026-03-01', '2026-03-02', 'DAY', 'PREVIOUS_PERIOD', ['2026-02-27 2026-02-27', '2026-02-28 2026-02-28']],
    ['2028-02-28', '2028-02-29', 'DAY', 'SAME_PERIOD_LAST_YEAR', ['2027-02-28 2027-02-28', 'none']],
    ['2026-11-16', '2026-11-22', 'WEEK', 'SAME_PERIOD_LAST_YEAR', ['2025-11-17 2025-11-23']],
    ['2026-11-18', '2026-11-22', 'WEEK', 'PREVIOUS_PERIOD', ['2026-11-11 2026-11-15']],
    ['2026-03-05', '2026-03-14', 'WHOLE', 'PREVIOUS_PERIOD', ['2026-02-23 2026-03-04']],
    ['2028-02-01', '2028-02-29', 'WHOLE', 'SAME_PERIOD_LAST_YEAR', ['2027-02-01 2027-02-28']],
  ])('compares %s to %s by %s with %s: %j', (first, last, granularity, comparison, expected) => {
    const division = { range: { first: day(first), last: day(last) }, granularity, cycleStartDay: 1 };
    const counterparts = toCounterparts(toPeriods(division), division, comparison);
    expect(
      counterparts.map((period) => (period === null ? 'none' : `${toDate(period.first)} ${toDate(period.last)}`)),
    ).toEqual(expected);
  });
});

test.each([
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29'],
  ['America/Havana', '2026-03-08'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Pacific/Kiritimati', '2026-05-05'],
  ['Pacific/Pago_Pago', '2026-05-05'],
  ['Asia/Kathmandu', '2026-05-05'],
  ['Africa/Cairo', '2026-04-24'],
])('a day in %s starts when its calendar says, around %s', (name, around) => {
  const zone = createTimeZone(name);
  if (zone === null) throw new Error(`there is no ${name}`);
  for (const text of listDays(toDate(day(around) - 2), toDate(day(around) + 2))) {
    expect(toDayStartMs(zone, day(text))).toBe(findStartMs(text, name));
  }
});
