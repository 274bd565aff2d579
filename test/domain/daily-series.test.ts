import { describe, expect, test } from 'vitest';
import { toDailySeries, type DailySeries } from '../../src/domain/daily-series.ts';
import type { InputFault } from '../../src/domain/errors.ts';
import { toReportDate } from '../../src/domain/report-date.ts';
import type { ReportWindow } from '../../src/domain/report-window.ts';
import { toSessionTotals, toSessionValues, type Session } from '../../src/domain/session.ts';
import { toDate, type TimeZone } from '../../src/domain/time-zone.ts';
import { createTimeZones } from '../../src/domain/time-zones.ts';
import { fc } from '../support/fast-check.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST = Date.parse('2026-03-20T00:00:00Z');
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Europe/Berlin', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];

function toZone(name: unknown): TimeZone {
  const faults: InputFault[] = [];
  const zone = createTimeZones().parse(name, ['timeZone'], faults);
  if (zone === null) throw new Error(faults[0]?.message);
  return zone;
}

function toWindow(start: string | null, end: string | null): ReportWindow {
  return { start: start === null ? null : toReportDate(start), end: end === null ? null : toReportDate(end) };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const startsOf = (startTimes: readonly (string | null)[]): Session[] =>
  startTimes.map((startTime) => ({ startTime, endTime: null, numBytes: 5, isOpen: true }));
const seriesOf = (sessions: readonly Session[], window: ReportWindow, zone: string, asOf: string): DailySeries =>
  toDailySeries(sessions.map(toSessionValues), window, toZone(zone), Date.parse(asOf));

/** A calendar that shares nothing with ours. */
function createDateOf(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (atMs) => format.format(atMs);
}

/** Windows of at most 60 days, by day and by instant, some still running, with sessions in them, before them and without a start. */
const scene = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    startMs: fc.integer({ min: FIRST, max: FIRST + 180 * DAY }),
    lengthMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 * DAY })),
    byDay: fc.boolean(),
    hasEnd: fc.boolean(),
    sinceStartMs: fc.integer({ min: 0, max: 180 * DAY }),
    sessions: fc.array(
      fc.record({
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        daysBefore: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 400 })),
        hasStart: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
        seconds: fc.option(fc.nat(90_000)),
        bytes: fc.option(fc.nat()),
      }),
      { maxLength: 30 },
    ),
  })
  .map(({ zone, startMs, lengthMs, byDay, hasEnd, sinceStartMs, sessions }) => {
    const fromMs = byDay ? Math.floor(startMs / DAY) * DAY : startMs;
    const asOfMs = fromMs + sinceStartMs;
    const toMs = byDay ? Math.floor((startMs + lengthMs) / DAY) * DAY + DAY - 1 : startMs + lengthMs;
    const text = (atMs: number): string => iso(atMs).slice(0, byDay ? 10 : 24);
    const lastMs = hasEnd ? toMs : asOfMs;
    return {
      zone: toZone(zone),
      dateOf: createDateOf(zone),
      window: toWindow(text(fromMs), hasEnd ? text(toMs) : null),
      fromMs,
      lastMs,
      asOfMs,
      sessions: sessions.map(({ share, daysBefore, hasStart, seconds, bytes }): Session => {
        const beganMs = Math.floor(fromMs + share * (Math.min(lastMs, asOfMs) - fromMs)) - daysBefore * DAY;
        return {
          startTime: hasStart ? iso(beganMs) : null,
          endTime: seconds === null ? null : iso(beganMs + seconds * 1000),
          numBytes: bytes,
          isOpen: seconds === null,
        };
      }),
    };
  });

/** The dates that a clock in the zone shows between two moments. */
function datesBetween(fromMs: number, toMs: number, dateOf: (atMs: number) => string): string[] {
  const dates = new Set<string>();
  for (let atMs = fromMs; atMs < toMs; atMs += HOUR) dates.add(dateOf(atMs));
  return [...dates.add(dateOf(toMs))];
}

describe('a daily series', () => {
  test('adds up to the totals of its sessions, with those before it', () => {
    fc.assert(
      fc.property(scene, ({ sessions, window, zone, asOfMs }) => {
        const values = sessions.map(toSessionValues);
        const { rows, before } = toDailySeries(values, window, zone, asOfMs);
        const totals = toSessionTotals(values);
        const all = before === null ? rows : [before, ...rows];
        for (const name of ['numberOfSessions', 'numBytes', 'durationSeconds', 'incompleteSessions'] as const) {
          expect(all.reduce((sum, row) => sum + (row[name] ?? NaN), 0)).toBe(totals[name]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has the days in the zone that the window touches, up to the moment of the fetch, whatever its sessions', () => {
    fc.assert(
      fc.property(scene, ({ sessions, window, zone, dateOf, fromMs, lastMs, asOfMs }) => {
        const { rows } = toDailySeries(sessions.map(toSessionValues), window, zone, asOfMs);
        expect(rows.map(({ date }) => date)).toEqual(datesBetween(fromMs, Math.min(lastMs, asOfMs), dateOf));
      }),
      { numRuns: 300 },
    );
  });

  test('counts each session on its calendar day in the time zone, or before the rows if that is none of them', () => {
    fc.assert(
      fc.property(scene, ({ sessions, window, zone, dateOf, asOfMs }) => {
        const { rows, before } = toDailySeries(sessions.map(toSessionValues), window, zone, asOfMs);
        const dates = sessions.map(({ startTime }) => (startTime === null ? null : dateOf(Date.parse(startTime))));
        for (const { date, numberOfSessions } of rows) {
          expect(numberOfSessions).toBe(dates.filter((each) => each === date).length);
        }
        const others = dates.filter((each) => !rows.some(({ date }) => date === each));
        expect(before?.numberOfSessions ?? 0).toBe(others.length);
        const [earliest] = others.filter((date) => date !== null).sort();
        if (earliest !== undefined) expect(before).toMatchObject({ date: earliest, partial: true });
      }),
      { numRuns: 300 },
    );
  });

  test('marks the days of which the window covers only a part', () => {
    fc.assert(
      fc.property(scene, ({ window, zone, dateOf, fromMs, lastMs, asOfMs }) => {
        for (const { date, partial } of toDailySeries([], window, zone, asOfMs).rows) {
          expect(partial).toBe(dateOf(fromMs - 1) === date || dateOf(lastMs + 1) === date);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of a window whose sides the platform chooses begins with the first session, and leaves open whether its first day is whole', () => {
    const sessions = startsOf(['2025-01-01T00:00:00Z', '2026-11-18T10:00:00Z', '2026-11-16T10:00:00Z']);
    const untilNow = seriesOf(sessions, toWindow('LAST_WEEK', null), 'UTC', '2026-11-20T12:00:00Z');
    expect(untilNow.rows.map(({ date, partial }) => [date, partial])).toEqual([
      ['2026-11-16', null],
      ['2026-11-17', false],
      ['2026-11-18', false],
      ['2026-11-19', false],
      ['2026-11-20', true],
    ]);
    expect(untilNow.before).toMatchObject({ date: '2025-01-01', numberOfSessions: 1, numBytes: 5 });
    const ofKeyword = seriesOf(sessions, toWindow('LAST_WEEK', 'LAST_WEEK'), 'UTC', '2026-11-20T12:00:00Z');
    expect(ofKeyword.rows.map(({ date, partial }) => [date, partial])).toEqual([
      ['2026-11-16', null],
      ['2026-11-17', false],
      ['2026-11-18', null],
    ]);
    const toEnd = seriesOf(sessions, toWindow(null, '2026-11-19'), 'UTC', '2026-11-20T12:00:00Z');
    expect(toEnd.rows.map(({ numberOfSessions }) => numberOfSessions)).toEqual([1, 0, 1, 0]);
  });

  test('without a day of which the platform has data has no rows, and all sessions before them', () => {
    const sessions = startsOf(['2025-01-01T00:00:00Z', null]);
    expect(seriesOf(sessions, toWindow(null, 'LAST_WEEK'), 'UTC', '2026-11-20T12:00:00Z')).toMatchObject({
      rows: [],
      before: { date: '2025-01-01', numberOfSessions: 2 },
    });
    expect(seriesOf([], toWindow('2026-12-01', '2026-12-05'), 'UTC', '2026-11-20T12:00:00Z')).toEqual({
      rows: [],
      before: null,
    });
  });

  test('counts a session without a start before its rows, and reads years of one digit correctly', () => {
    const window = toWindow('2026-05-01', '2026-05-02');
    const { rows, before } = seriesOf(startsOf([null]), window, 'UTC', '2026-05-10T00:00:00Z');
    expect(rows.map(({ date, numBytes }) => [date, numBytes])).toEqual([
      ['2026-05-01', 0],
      ['2026-05-02', 0],
    ]);
    expect(before).toMatchObject({ date: '2026-04-30', numBytes: 5, partial: true });
    const ancient = seriesOf(startsOf([null, '0001-01-01T00:00:00Z']), window, 'UTC', '2026-05-10T00:00:00Z');
    expect(ancient.before).toMatchObject({ date: '0001-01-01', numberOfSessions: 2 });
  });
});

describe('a time zone', () => {
  test.each([undefined, null, 'UTC'])('is UTC for %j', (value) => {
    expect(toDate(toZone(value).toDay(Date.parse('2026-05-31T23:59:59Z')))).toBe('2026-05-31');
  });

  test.each(['', 'Mars/Olympus', '+05:30', '-08', '05:30', ' UTC', 5, true, {}, []])('cannot be %j', (value) => {
    const faults: InputFault[] = [];
    expect(createTimeZones().parse(value, ['timeZone'], faults)).toBeNull();
    expect(faults).toMatchObject([{ argumentPath: ['timeZone'] }]);
  });
});
