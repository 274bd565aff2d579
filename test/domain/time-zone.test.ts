import { describe, expect, test } from 'vitest';
import { toEpochMs } from '../../src/domain/epoch-time.ts';
import { createTimeZone, toDate } from '../../src/domain/time-zone.ts';
import { fc } from '../support/fast-check.ts';

const FROM_MS = Date.parse('1972-01-01T00:00:00Z');
const TO_MS = Date.parse('2040-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;

/** The same by the calendar of Node.js alone. */
function createOracle(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (atMs) => format.format(atMs);
}

describe('the calendar of a time zone', () => {
  test('has the dates that Node.js has, in every zone and at any time', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const zone = createTimeZone(name);
      const oracle = createOracle(name);
      const moments = fc.sample(fc.integer({ min: FROM_MS, max: TO_MS }), { numRuns: 20 });
      for (const atMs of moments)
        expect([name, atMs, toDate(zone?.toDay(atMs) ?? NaN)]).toEqual([name, atMs, oracle(atMs)]);
    }
  });

  test.each([
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Africa/Casablanca',
    'Asia/Tehran',
  ])('of %s changes its days exactly when Node.js does, also when the clocks change', (name) => {
    const zone = createTimeZone(name);
    const oracle = createOracle(name);
    const changesMs: number[] = [];
    let before = '';
    // Midnight is at a whole half hour in each of these.
    for (
      let atMs = Date.parse('2011-12-20T00:00:00Z');
      atMs < Date.parse('2013-01-01T00:00:00Z');
      atMs += HOUR_MS / 2
    ) {
      const date = oracle(atMs);
      if (date !== before) changesMs.push(atMs);
      before = date;
    }
    for (const changeMs of changesMs) {
      for (const atMs of [changeMs - 1, changeMs, changeMs + 1]) {
        expect([atMs, toDate(zone?.toDay(atMs) ?? NaN)]).toEqual([atMs, oracle(atMs)]);
      }
    }
    expect(changesMs.length).toBeGreaterThan(360);
  });
});

describe('the milliseconds of a time', () => {
  const fraction = fc.option(fc.stringMatching(/^\.\d{1,9}$/), { nil: '' });
  const offset = fc.constantFrom('Z', '+00:00', '-05:00', '+05:45');
  const day = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });

  test('are those of Date.parse, for every RFC 3339 time', () => {
    fc.assert(
      fc.property(day, fraction, offset, (date, digits, zone) => {
        const time = `${date.toISOString().slice(0, 19)}${digits}${zone}`;
        expect([time, toEpochMs(time)]).toEqual([time, Date.parse(time)]);
      }),
      { numRuns: 2_000 },
    );
    for (const time of [
      '0000-02-29T00:00:00Z',
      '1900-03-01T00:00:00Z',
      '2000-02-29T23:59:59.999Z',
      '0001-01-01T00:00:00Z',
    ])
      expect([time, toEpochMs(time)]).toEqual([time, Date.parse(time)]);
  });
});
