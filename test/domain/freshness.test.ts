import { describe, expect, test } from 'vitest';
import { areSessionsSettled, toKeyOfDay } from '../../src/domain/freshness.ts';
import { toReportDate } from '../../src/domain/report-date.ts';
import type { ReportWindow } from '../../src/domain/report-window.ts';
import type { Session } from '../../src/domain/session.ts';
import { fc } from '../support/fast-check.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-20T12:00:00Z');

const NO_BOUNDS = { durationLow: null, durationHigh: null };

const iso = (atMs: number): string => new Date(atMs).toISOString();
const toWindow = (start: string, end: string): ReportWindow => ({
  start: toReportDate(start),
  end: toReportDate(end),
});
/** Often within a millisecond of a day before now. */
const moment = fc.oneof(
  fc.integer({ min: NOW - 3 * DAY, max: NOW }),
  fc.integer({ min: NOW - DAY - 2, max: NOW - DAY + 2 }),
);

describe('a sessions report', () => {
  test('is settled if its window ended more than 24 hours and the larger duration ago, and no session is open or ended less than 24 hours ago', () => {
    const seconds = fc.option(fc.oneof(fc.nat(10), fc.nat(3 * 86_400)));
    const bounds = fc.record({ low: seconds, high: seconds });
    const anySession = fc.record({ endMs: fc.option(moment), isReadable: fc.boolean() });
    fc.assert(
      fc.property(moment, bounds, fc.array(anySession, { maxLength: 5 }), (windowEndMs, { low, high }, all) => {
        const sessions = all.map(({ endMs, isReadable }): Session => ({
          startTime: iso(NOW - 10 * DAY),
          endTime: endMs === null || !isReadable ? null : iso(endMs),
          numBytes: 1,
          isOpen: endMs === null,
        }));
        const isOver = NOW - windowEndMs > DAY + Math.max(low ?? 0, high ?? 0) * 1_000;
        const areOver = all.every(({ endMs, isReadable }) => endMs !== null && isReadable && NOW - endMs >= DAY);
        const window = toWindow('2026-11-01', iso(windowEndMs));
        expect(areSessionsSettled(window, { durationLow: low, durationHigh: high }, sessions, NOW)).toBe(
          isOver && areOver,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('is never settled if only the platform knows when its window ends', () => {
    expect(areSessionsSettled({ start: null, end: null }, NO_BOUNDS, [], NOW)).toBe(false);
    expect(areSessionsSettled(toWindow('LAST_WEEK', 'LAST_WEEK'), NO_BOUNDS, [], NOW)).toBe(false);
    expect(areSessionsSettled(toWindow('LAST_WEEK', '2026-11-10'), NO_BOUNDS, [], NOW)).toBe(true);
  });
});

describe('the key of what is asked for', () => {
  test('changes at midnight in UTC if the window has a keyword, and only then', () => {
    const date = fc.constantFrom('2026-11-01', '2026-11-02T08:00:00Z', 'LAST_WEEK', 'TODAY');
    const times = fc.tuple(moment, fc.oneof(fc.nat(2 * DAY), fc.nat(1_000)));
    fc.assert(
      fc.property(date, date, times, (start, end, [atMs, laterMs]) => {
        const window = toWindow(start, end);
        const hasKeyword = /^[A-Z]/.test(start) || /^[A-Z]/.test(end);
        const isSameDay = iso(atMs).slice(0, 10) === iso(atMs + laterMs).slice(0, 10);
        const isSameKey = toKeyOfDay('key', window, atMs) === toKeyOfDay('key', window, atMs + laterMs);
        expect(isSameKey).toBe(isSameDay || !hasKeyword);
      }),
    );
  });
});
