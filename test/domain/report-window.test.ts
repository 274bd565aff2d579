import { describe, expect, test } from 'vitest';
import type { InputFault } from '../../src/domain/errors.ts';
import {
  hasEnded,
  isFixed,
  parseReportWindow,
  toEndMs,
  toStartMs,
  type ReportWindow,
} from '../../src/domain/report-window.ts';
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

/** A window of days or instants around the last 180 days, by its first and last millisecond. */
const anyWindow = fc
  .record({ startMs: around, lengthMs: fc.integer({ min: 0, max: 2 * MAX_LENGTH }), byDay: fc.boolean() })
  .map(({ startMs, lengthMs, byDay }) => {
    const text = (atMs: number): string => iso(atMs).slice(0, byDay ? 10 : 24);
    const dayOf = (atMs: number): number => Math.floor(atMs / DAY) * DAY;
    const endMs = startMs + lengthMs;
    return {
      sent: parse(text(startMs), text(endMs)),
      firstMs: byDay ? dayOf(startMs) : startMs,
      lastMs: byDay ? dayOf(endMs) + DAY - 1 : endMs,
    };
  });

describe('a window', () => {
  test('is valid only if it starts at most 180 days ago and is at most 180 days long, whether of days or of instants', () => {
    fc.assert(
      fc.property(anyWindow, ({ sent: { window, faults }, firstMs, lastMs }) => {
        expect([toStartMs(window), toEndMs(window)]).toEqual([firstMs, lastMs]);
        expect(faults.length === 0).toBe(firstMs >= NOW - MAX_LENGTH && lastMs - firstMs <= MAX_LENGTH);
      }),
      { numRuns: 500 },
    );
  });

  test('that contains an invalid one is invalid', () => {
    const inside = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(anyWindow, inside, ({ sent, firstMs, lastMs }, shares) => {
        const [from = 0, to = 0] = shares.map((share) => Math.floor(firstMs + share * (lastMs - firstMs))).sort();
        if (parse(iso(from), iso(to)).faults.length > 0) expect(sent.faults).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('between two instants must end at or after its start', () => {
    fc.assert(
      fc.property(around, around, (startMs, endMs) => {
        const { faults } = parse(iso(startMs), iso(endMs));
        const isBackwards = faults.some(({ message }) => message.includes('is before the start'));
        expect(isBackwards).toBe(endMs < startMs);
      }),
    );
  });

  test('has every fault reported at once', () => {
    expect(parse('2026-02-30', '25:00').faults.map(({ argumentPath }) => argumentPath)).toEqual([
      ['input', 'startDate'],
      ['input', 'endDate'],
    ]);
    expect(parse('2020-01-01', '2025-01-01').faults).toEqual([
      {
        argumentPath: ['input', 'startDate'],
        message:
          'The start 2020-01-01 is more than 180 days ago, and the platform has no older data. The earliest day is 2026-05-25: send it or a later one.',
      },
      {
        argumentPath: ['input', 'endDate'],
        message: '2020-01-01 to 2025-01-01 is more than 180 days. Ask for a shorter window.',
      },
    ]);
  });

  test('that starts with the earliest day is valid, as is every moment from 180 days ago', () => {
    expect(parse('2026-05-25', '2026-11-20').faults).toEqual([]);
    expect(parse('2026-05-24', '2026-05-24').faults).toMatchObject([{ argumentPath: ['input', 'startDate'] }]);
    expect(parse('2026-05-24T12:00:00Z', '2026-11-20T12:00:00Z').faults).toEqual([]);
    expect(parse('2026-05-24T11:59:59.999Z', '2026-11-20').faults).toHaveLength(2);
    expect(parse('2026-11-20', '2026-11-20').faults).toEqual([]);
    expect(parse('2026-11-20T23:00:00Z', '2026-11-20').faults).toEqual([]);
    expect(parse('2026-11-20', '2026-11-19').faults).toHaveLength(1);
  });

  test('of which one side is left out is checked by the other, with the earliest day in the error', () => {
    expect(parse(iso(NOW - MAX_LENGTH), null).faults).toEqual([]);
    expect(parse('2026-05-25', null).faults).toEqual([]);
    const tooOld = parse('2026-05-24', undefined).faults;
    expect(tooOld).toMatchObject([{ argumentPath: ['input', 'startDate'] }]);
    expect(tooOld[0]?.message).toContain('The earliest day is 2026-05-25: ');
    expect(parse(null, iso(NOW - MAX_LENGTH)).faults).toEqual([]);
    expect(parse(null, iso(NOW - MAX_LENGTH - 1)).faults).toMatchObject([{ argumentPath: ['input', 'endDate'] }]);
  });

  test('that the platform resolves is not checked for its length', () => {
    expect(parse(null, null)).toEqual({ window: { start: null, end: null }, faults: [] });
    expect(parse('LAST_WEEK', 'LAST_WEEK').faults).toEqual([]);
    expect(parse('2020-01-01', 'TODAY').faults).toHaveLength(1);
    expect(parse('LAST_WEEK', '2020-01-01').faults).toHaveLength(1);
  });

  test('has ended after its last millisecond, and is fixed only if both its sides are dates', () => {
    fc.assert(
      fc.property(around, fc.integer({ min: -2 * DAY, max: 2 * DAY }), (endMs, laterMs) => {
        const { window } = parse(iso(endMs - DAY), iso(endMs));
        const nowMs = endMs + laterMs;
        expect(hasEnded(window, nowMs, DAY)).toBe(laterMs > DAY);
        expect(isFixed(window)).toBe(true);
        for (const end of [null, { text: 'YESTERDAY', kind: 'constant' }] as const) {
          expect(hasEnded({ ...window, end }, nowMs, DAY)).toBe(false);
          expect(isFixed({ ...window, end })).toBe(false);
        }
        expect(isFixed({ ...window, start: null })).toBe(false);
      }),
    );
    const wholeDay = parse('2026-11-17', '2026-11-18').window;
    expect(hasEnded(wholeDay, Date.parse('2026-11-19T23:59:59.999Z'), DAY)).toBe(false);
    expect(hasEnded(wholeDay, Date.parse('2026-11-20T00:00:00.000Z'), DAY)).toBe(true);
  });

  test.each([5, true, {}, [], ['2026-01-01'], Number.NaN])('cannot start at %j', (value) => {
    expect(parse(value, null).faults).toMatchObject([{ argumentPath: ['input', 'startDate'] }]);
  });
});
