import { describe, expect, test } from 'vitest';
import { isCalendarDay, toReportDate } from '../../src/domain/report-date.ts';
import { fc } from '../support/fast-check.ts';

const moment = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
const two = (value: number): string => String(value).padStart(2, '0');

describe('a report date', () => {
  test('is the instant that Date parses, for every date-time in UTC', () => {
    fc.assert(
      fc.property(moment, (date) => {
        const text = date.toISOString();
        expect(toReportDate(text)).toEqual({ text, kind: 'instant', atMs: date.getTime() });
      }),
    );
  });

  test('is the day that Date parses, for every date', () => {
    fc.assert(
      fc.property(moment, (date) => {
        const text = date.toISOString().slice(0, 10);
        expect(toReportDate(text)).toEqual({ text, kind: 'day', atMs: Date.parse(`${text}T00:00:00Z`) });
      }),
    );
  });

  test('applies every offset, with a colon, without one, and in hours alone', () => {
    const offset = fc.record({
      sign: fc.constantFrom('+', '-'),
      hours: fc.integer({ min: 0, max: 23 }),
      minutes: fc.integer({ min: 0, max: 59 }),
      colon: fc.constantFrom(':', ''),
    });
    fc.assert(
      fc.property(moment, offset, (date, { sign, hours, minutes, colon }) => {
        const clock = date.toISOString().slice(0, 23);
        const expected = Date.parse(`${clock}${sign}${two(hours)}:${two(minutes)}`);
        expect(toReportDate(`${clock}${sign}${two(hours)}${colon}${two(minutes)}`)).toMatchObject({ atMs: expected });
        const inHours = Date.parse(`${clock}${sign}${two(hours)}:00`);
        expect(toReportDate(`${clock}${sign}${two(hours)}`)).toMatchObject({ atMs: inHours });
      }),
    );
  });

  test('is precise to the millisecond, and truncates finer fractions', () => {
    for (let millisecond = 0; millisecond < 1_000; millisecond += 1) {
      const fraction = String(millisecond).padStart(3, '0');
      const atMs = Date.parse(`2026-05-31T08:00:00.${fraction}Z`);
      for (const finer of ['', '0', '999999']) {
        expect(toReportDate(`2026-05-31T08:00:00.${fraction}${finer}Z`)).toMatchObject({ atMs });
      }
    }
  });

  test('is UTC without an offset, and the start of the minute without seconds', () => {
    expect(toReportDate('2026-05-31T08:00')).toMatchObject({ atMs: Date.parse('2026-05-31T08:00:00Z') });
    expect(toReportDate('2026-05-31T08:00:07,5')).toMatchObject({ atMs: Date.parse('2026-05-31T08:00:07.500Z') });
  });

  test('is a constant if it is a word in capitals', () => {
    for (const text of ['LAST_WEEK', 'TODAY', 'LAST_30_DAYS', 'Q']) {
      expect(toReportDate(text)).toEqual({ text, kind: 'constant' });
    }
  });

  test.each([
    '',
    ' ',
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '26-01-01',
    '2026-05-31 08:00:00Z',
    '2026-05-31T25:00',
    '2026-05-31T24:00:00Z',
    '2026-05-31T08:60:00Z',
    '2026-05-31T08:00:60Z',
    '2026-05-31T08',
    '2026-05-31T08:00:00+24:00',
    '2026-05-31T08:00:00+01:60',
    '2026-05-31T08:00:00z',
    '2026-05-31Z',
    '+002026-05-31',
    '1780214400000',
    '31.05.2026',
    'last_week',
    'LAST WEEK',
    '_WEEK',
    '2026-05-31\n',
    'A'.repeat(65),
  ])('cannot be %j', (text) => {
    expect(toReportDate(text)).toBeNull();
  });

  test('is parsed without throwing, and has the original text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect([null, text]).toContain(toReportDate(text)?.text ?? null);
      }),
    );
  });

  test('is valid for every day of the calendar, and for no other', () => {
    const numbers = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    );
    fc.assert(
      fc.property(numbers, ([year, month, day]) => {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        const lastDay = month < 1 || month > 12 ? 0 : daysOf(year, month);
        const exists = day >= 1 && day <= lastDay;
        expect(isCalendarDay(text)).toBe(exists);
        expect(toReportDate(text) !== null).toBe(exists);
      }),
      { numRuns: 500 },
    );
  });
});

function daysOf(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
