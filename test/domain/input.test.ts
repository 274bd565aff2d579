import { describe, expect, test } from 'vitest';
import { isAccountNumber, parseAccountNumber } from '../../src/domain/account.ts';
import { rejectFaults, type InputFault } from '../../src/domain/errors.ts';
import { isImei, parseImei, parseImeis } from '../../src/domain/imei.ts';
import { parseDurationBounds, parseFilter } from '../../src/domain/report-filters.ts';
import { toDurationSeconds, toSessionTotals, toSessionValues, type Session } from '../../src/domain/session.ts';
import { fc } from '../support/fast-check.ts';

const NO_LIMIT = { maxDevices: Infinity, instead: '' };
const imei = fc.stringMatching(/^[0-9]{15}$/);

describe('IMEIs', () => {
  test('are strings of exactly 15 digits, whatever their check digit', () => {
    fc.assert(fc.property(imei, (text) => isImei(text)));
    fc.assert(
      fc.property(fc.anything(), (value) => isImei(value) === /^\d{15}$/.test(typeof value === 'string' ? value : '')),
    );
    for (const almost of [
      '70931203449337',
      '7093120344933721',
      '70931203449337a',
      '٧٠٩٣١٢٠٣٤٤٩٣٣٧٢',
      '709312034493372\n',
    ]) {
      expect(isImei(almost)).toBe(false);
    }
  });

  test('are returned once each, in the order of their first mention', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('1', '2', '3', '4').map((digit) => digit.repeat(15))), (some) => {
        const faults: InputFault[] = [];
        expect(parseImeis(some, NO_LIMIT, ['imei'], faults)).toEqual([...new Set(some)]);
        expect(faults).toEqual([]);
      }),
    );
  });

  test('that are invalid are each reported with their position', () => {
    const faults: InputFault[] = [];
    const some = ['709312034493372', '1', null, 709312034493372, undefined, {}, [], true];
    expect(parseImeis(some, NO_LIMIT, ['imei'], faults)).toEqual(['709312034493372']);
    expect(faults.map(({ argumentPath, message }) => [argumentPath[1], message.split('. ')[0]])).toEqual([
      [1, 'This has 1 characters'],
      [2, 'This is null, not a string'],
      [3, 'This is a number, not a string'],
      [4, 'This is missing'],
      [5, 'This is an object, not a string'],
      [6, 'This is a list, not a string'],
      [7, 'This is a boolean, not a string'],
    ]);
  });

  test('count towards the limit once each', () => {
    const limit = { maxDevices: 2, instead: 'Ask for fewer.' };
    const [a, b, c] = ['1', '2', '3'].map((digit) => digit.repeat(15));
    const faults: InputFault[] = [];
    parseImeis([a, b, a, b, a], limit, ['imei'], faults);
    expect(faults).toEqual([]);
    parseImeis([a, b, c], limit, ['imei'], faults);
    expect(faults).toEqual([
      { argumentPath: ['imei'], message: 'This list has 3 devices, and the maximum is 2. Ask for fewer.' },
    ]);
  });
});

describe('an account number', () => {
  test.each(['0844021539-00001', '1', 'A'.repeat(64)])('can be %s', (text) => expect(isAccountNumber(text)).toBe(true));

  test.each(['', 'A'.repeat(65), '1 2', '1_2', '1\r\nX-Injected: 1', 'é', 844021539, null, true, {}])(
    'cannot be %j',
    (value) => expect(isAccountNumber(value)).toBe(false),
  );

  test('that is left out is the configured one, or a fault if none is configured', () => {
    const configured = '0844021539-00001';
    if (!isAccountNumber(configured)) throw new Error('not an account');
    const faults: InputFault[] = [];
    expect(parseAccountNumber(null, configured, ['accountNumber'], faults)).toBe(configured);
    expect(parseAccountNumber('1', configured, ['accountNumber'], faults)).toBe('1');
    expect(faults).toEqual([]);
    expect(parseAccountNumber(undefined, null, ['accountNumber'], faults)).toBeNull();
    expect(faults).toMatchObject([{ message: expect.stringContaining('THINGSPACE_ACCOUNT_NUMBER') as string }]);
  });
});

describe('a filter', () => {
  test('is returned unchanged, up to 256 characters without control characters', () => {
    const good = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((text) => text.trim() !== '' && text.length <= 256);
    fc.assert(
      fc.property(good, (text) => {
        const faults: InputFault[] = [];
        expect(parseFilter(text, ['deviceGroup'], faults)).toBe(/[\p{Cc}\p{Cs}]/u.test(text) ? null : text);
      }),
    );
  });

  test.each(['', ' ', 'a\nb', 'a\0', '\u0085', '\ud800', 'a'.repeat(257), 5, {}])('cannot be %j', (value) => {
    const faults: InputFault[] = [];
    expect(parseFilter(value, ['deviceGroup'], faults)).toBeNull();
    expect(faults).toHaveLength(1);
  });
});

describe('bounds of a duration', () => {
  test('are rejected only if one is negative or the lower one exceeds the upper one', () => {
    const bound = fc.option(fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(bound, bound, (low, high) => {
        const faults: InputFault[] = [];
        expect(parseDurationBounds(low, high, [], faults)).toEqual({ durationLow: low, durationHigh: high });
        const isBad = (low ?? 0) < 0 || (high ?? 0) < 0 || (low ?? 0) > (high ?? Infinity);
        expect(faults.length > 0).toBe(isBad);
      }),
    );
  });
});

describe('sessions', () => {
  const session = (startTime: string | null, endTime: string | null, numBytes: number | null): Session => ({
    startTime,
    endTime,
    numBytes,
    isOpen: endTime === null,
  });

  test('last from start to end in whole seconds, or have no duration if their times do not allow one', () => {
    const lasts = (start: string | null, end: string | null): number | null =>
      toDurationSeconds(session(start, end, 0));
    expect(lasts('2026-05-31T08:00:00Z', '2026-05-31T08:00:00.499Z')).toBe(0);
    expect(lasts('2026-05-31T08:00:00+02:00', '2026-05-31T08:00:00Z')).toBe(7_200);
    expect(lasts('2026-05-31T08:00:00Z', null)).toBeNull();
    expect(lasts(null, '2026-05-31T08:00:00Z')).toBeNull();
    expect(lasts('2026-05-31T08:00:01Z', '2026-05-31T08:00:00Z')).toBeNull();
    expect(lasts('0001-01-01T00:00:00Z', '2026-05-31T08:00:00Z')).toBeNull();
  });

  test('are added up exactly, and a sum above 2^53-1 is null', () => {
    const max = Number.MAX_SAFE_INTEGER;
    const start = '2026-05-31T08:00:00Z';
    expect(toSessionTotals([session(start, null, max), session(start, null, null)].map(toSessionValues))).toEqual({
      numberOfSessions: 2,
      incompleteSessions: 1,
      numBytes: max,
      durationSeconds: 0,
    });
    expect(toSessionTotals([session(start, null, max), session(start, null, 1)].map(toSessionValues))).toEqual({
      numberOfSessions: 2,
      incompleteSessions: 0,
      numBytes: null,
      durationSeconds: 0,
    });
  });
});

describe('faults', () => {
  const toFaults = (count: number): InputFault[] =>
    Array.from({ length: count }, (_, index) => ({ argumentPath: ['input', 'imei', index], message: 'This is bad.' }));

  test('become an error that names the first and contains all', () => {
    expect(() => rejectFaults([])).not.toThrow();
    expect(() => rejectFaults(toFaults(1))).toThrow(/^input\.imei\[0\]: This is bad\.$/);
    expect(() => rejectFaults(toFaults(3))).toThrow(/\(and 2 more in extensions\.faults\)$/);
    expect(() => rejectFaults(toFaults(3))).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { faults: toFaults(3) } }),
    );
  });

  test('above a hundred are counted, and the first hundred reported', () => {
    expect(() => rejectFaults(toFaults(5_000))).toThrow(/\(and 4999 more, the first 100 in extensions\.faults\)$/);
    expect(() => rejectFaults(toFaults(5_000))).toThrow(
      expect.objectContaining({ details: { faults: toFaults(100) } }),
    );
  });

  test('are collected and never thrown, whatever is sent as an IMEI', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const faults: InputFault[] = [];
        expect(parseImei(value, [], faults) === null).toBe(faults.length === 1);
      }),
    );
  });
});
