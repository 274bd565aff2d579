import { describe, expect, test } from 'vitest';
import type { InputFault } from '../../src/domain/errors.ts';
import { isFinal, isSettled, parseReportWindow, toEndMs, type ReportWindow } from '../../src/domain/report-window.ts';
import { fc } from '../support/fast-check.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DAY = 86_400_000;
const MAX_LENGTH = 180 * DAY;

function parse(startDate: unknown, endDate: unknown): { window: ReportWindow; faults: InputFault[] } {
  const faults: InputFault[] = [];
  return { window: parseReportWindow(startDate, endDate, NOW, ['input'], faults), faults };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const around = fc.integer({ min: NOW - 3 * MAX_LENGTH, max: NOW + MAX_LENGTH });

describe('a window', () => {
  test('between two instants is valid only if they are in order, at most 180 days apart, and end within the last 180 days', () => {
    fc.assert(
      fc.property(around, around, (startMs, endMs) => {
        const { window, faults } = parse(iso(startMs), iso(endMs));
        const isGood = endMs >= startMs && endMs - startMs <= MAX_LENGTH && endMs >= NOW - MAX_LENGTH;
        expect(faults.length === 0).toBe(isGood);
        expect(faults.every(({ argumentPath }) => argumentPath.join('.') === 'input.endDate')).toBe(true);
        expect(toEndMs(window)).toBe(endMs);
      }),
      { numRuns: 500 },
    );
  });

  test('has every fault reported at once', () => {
    expect(parse('2026-02-30', '25:00').faults.map(({ argumentPath }) => argumentPath)).toEqual([
      ['input', 'startDate'],
      ['input', 'endDate'],
    ]);
    const both = parse('2020-01-01', '2025-01-01').faults.map(({ message }) => message);
    expect(both).toEqual([
      expect.stringContaining('more than 180 days'),
      expect.stringContaining('The whole window is'),
    ]);
  });

  test('of two days can end up to 180 days after the first, and includes the whole last day', () => {
    expect(parse('2026-05-24', '2026-11-20').faults).toEqual([]);
    expect(parse('2026-05-23', '2026-11-20').faults).toHaveLength(1);
    expect(parse('2026-11-20', '2026-11-20').faults).toEqual([]);
    expect(parse('2026-11-20T23:00:00Z', '2026-11-20').faults).toEqual([]);
    expect(parse('2026-11-20', '2026-11-19').faults).toHaveLength(1);
  });

  test('without an end must start within the last 180 days, and without a start must end within them', () => {
    expect(parse(iso(NOW - MAX_LENGTH), null).faults).toEqual([]);
    expect(parse(iso(NOW - MAX_LENGTH - 1), null).faults).toMatchObject([{ argumentPath: ['input', 'startDate'] }]);
    expect(parse('2026-05-24', null).faults).toEqual([]);
    expect(parse('2026-05-23', undefined).faults).toHaveLength(1);
    expect(parse(null, iso(NOW - MAX_LENGTH)).faults).toEqual([]);
    expect(parse(null, iso(NOW - MAX_LENGTH - 1)).faults).toMatchObject([{ argumentPath: ['input', 'endDate'] }]);
  });

  test('that the platform resolves is not checked for its length', () => {
    expect(parse(null, null)).toEqual({ window: { start: null, end: null }, faults: [] });
    expect(parse('LAST_WEEK', 'LAST_WEEK').faults).toEqual([]);
    expect(parse('2020-01-01', 'TODAY').faults).toEqual([]);
    expect(parse('LAST_WEEK', '2020-01-01').faults).toHaveLength(1);
  });

  test('is settled if it ended more than a day ago, and final only if both its ends are fixed', () => {
    fc.assert(
      fc.property(around, fc.integer({ min: -2 * DAY, max: 2 * DAY }), (endMs, laterMs) => {
        const { window } = parse(iso(endMs - DAY), iso(endMs));
        const nowMs = endMs + laterMs;
        expect(isSettled(window, nowMs)).toBe(laterMs > DAY);
        expect(isFinal(window, nowMs)).toBe(laterMs > DAY);
        expect(isFinal({ ...window, start: null }, nowMs)).toBe(false);
        expect(isSettled({ ...window, end: null }, nowMs)).toBe(false);
        expect(isSettled({ ...window, end: { text: 'YESTERDAY', kind: 'constant' } }, nowMs)).toBe(false);
      }),
    );
    const wholeDay = parse('2026-11-17', '2026-11-18').window;
    expect(isSettled(wholeDay, Date.parse('2026-11-19T23:59:59.999Z'))).toBe(false);
    expect(isSettled(wholeDay, Date.parse('2026-11-20T00:00:00.000Z'))).toBe(true);
  });

  test.each([5, true, {}, [], ['2026-01-01'], Number.NaN])('cannot start at %j', (value) => {
    expect(parse(value, null).faults).toMatchObject([{ argumentPath: ['input', 'startDate'] }]);
  });
});
