import { describe, expect, test } from 'vitest';
import { toDailySeries } from '../../src/domain/daily-series.ts';
import type { InputFault } from '../../src/domain/errors.ts';
import { toReportDate } from '../../src/domain/report-date.ts';
import type { ReportWindow } from '../../src/domain/report-window.ts';
import { toSessionTotals, toSessionValues, type Session } from '../../src/domain/session.ts';
import { toDate, type TimeZone } from '../../src/domain/time-zone.ts';
import { createTimeZones } from '../../src/domain/time-zones.ts';
import { fc } from '../support/fast-check.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2026-03-20T00:00:00Z');
const NOW = Date.parse('2026-11-20T12:00:00Z');
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Europe/Berlin', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];

function toZone(name: unknown): TimeZone {
  const faults: InputFault[] = [];
  const zone = createTimeZones().parse(name, ['timeZone'], faults);
  if (zone === null) throw new Error(faults[0]?.message);
  return zone;
}

function toWindow(start: string, end: string): ReportWindow {
  return { start: toReportDate(start), end: toReportDate(end) };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const nextDay = (date: string): string => iso(Date.parse(date) + DAY).slice(0, 10);

const scene = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    startMs: fc.integer({ min: FIRST, max: FIRST + 180 * DAY }),
    lengthMs: fc.integer({ min: 0, max: 60 * DAY }),
    byDay: fc.boolean(),
    sessions: fc.array(
      fc.record({
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        seconds: fc.option(fc.nat(90_000)),
        bytes: fc.option(fc.nat()),
      }),
      { maxLength: 30 },
    ),
  })
  .map(({ zone, startMs, lengthMs, byDay, sessions }) => {
    const fromMs = byDay ? Math.floor(startMs / DAY) * DAY : startMs;
    const toMs = byDay ? Math.floor((startMs + lengthMs) / DAY) * DAY + DAY - 1 : startMs + lengthMs;
    const text = (atMs: number): string => iso(atMs).slice(0, byDay ? 10 : 24);
    return {
      zone: toZone(zone),
      dateOf: (atMs: number): string => toDate(toZone(zone).toDay(atMs)),
      window: toWindow(text(fromMs), text(toMs)),
      fromMs,
      toMs,
      byDay,
      sessions: sessions.map(({ share, seconds, bytes }): Session => {
        const beganMs = Math.floor(fromMs + share * (toMs - fromMs));
        return {
          startTime: iso(beganMs),
          endTime: seconds === null ? null : iso(beganMs + seconds * 1000),
          numBytes: bytes,
          isOpen: seconds === null,
        };
      }),
    };
  });

describe('a daily series', () => {
  test('adds up to the totals of its sessions', () => {
    fc.assert(
      fc.property(scene, ({ sessions, window, zone }) => {
        const rows = toDailySeries(sessions.map(toSessionValues), window, zone, NOW);
        const totals = toSessionTotals(sessions.map(toSessionValues));
        for (const name of ['numberOfSessions', 'numBytes', 'durationSeconds', 'incompleteSessions'] as const) {
          expect(rows.reduce((sum, row) => sum + (row[name] ?? NaN), 0)).toBe(totals[name]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has every day of the window once, in order and without a gap, and no day that the window does not touch', () => {
    fc.assert(
      fc.property(scene, ({ sessions, window, zone, dateOf, fromMs, toMs, byDay }) => {
        const dates = toDailySeries(sessions.map(toSessionValues), window, zone, NOW).map(({ date }) => date);
        for (const [index, date] of dates.entries()) if (index > 0) expect(date).toBe(nextDay(dates[index - 1] ?? ''));
        const [first, last] = byDay
          ? [iso(fromMs).slice(0, 10), iso(toMs).slice(0, 10)]
          : [dateOf(fromMs), dateOf(toMs - 1)];
        if (toMs > fromMs) expect(dates).toEqual(expect.arrayContaining([first, last]));
        const touched = [first, last, dateOf(fromMs), dateOf(toMs)].sort();
        expect(dates.every((date) => date >= (touched[0] ?? '') && date <= (touched.at(-1) ?? ''))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('counts each session on its calendar day in the time zone', () => {
    fc.assert(
      fc.property(scene, ({ sessions, window, zone, dateOf }) => {
        const rows = toDailySeries(sessions.map(toSessionValues), window, zone, NOW);
        for (const { date, numberOfSessions } of rows) {
          expect(numberOfSessions).toBe(
            sessions.filter(({ startTime }) => dateOf(Date.parse(startTime ?? '')) === date).length,
          );
        }
      }),
    );
  });

  test('counts a session without a start on no day, and reads years of one digit correctly', () => {
    const unknown = { startTime: null, endTime: null, numBytes: 5, isOpen: true };
    const ancient = { ...unknown, startTime: '0001-01-01T00:00:00Z' };
    const rows = toDailySeries(
      [unknown, ancient].map(toSessionValues),
      toWindow('2026-05-01', '2026-05-02'),
      toZone('UTC'),
      NOW,
    );
    expect(rows.map(({ date, numBytes }) => [date, numBytes])).toEqual([
      ['0001-01-01', 5],
      ['2026-05-01', 0],
      ['2026-05-02', 0],
    ]);
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
