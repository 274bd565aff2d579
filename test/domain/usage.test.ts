import { describe, expect, test } from 'vitest';
import type { UpstreamErrorMessage } from '../../src/domain/device-usage.ts';
import { chooseError, mergeUsage } from '../../src/domain/reported-twice.ts';
import { orderUsage, USAGE_ORDERS } from '../../src/domain/usage-order.ts';
import { addExactly, toNearestRank, toPercentiles, toUsageTotals } from '../../src/domain/usage-totals.ts';
import { fc } from '../support/fast-check.ts';

const value = fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 ** 40 })));
const device = fc.record({
  imei: fc.integer({ min: 0, max: 20 }).map((number) => String(number).padStart(15, '0')),
  numberOfSessions: value,
  bytesTransferred: value,
});

describe('percentiles', () => {
  /** The definition: the smallest value that at least so many hundredths of a percent of all values do not exceed. */
  const byDefinition = (values: readonly number[], hundredths: number): number | undefined =>
    [...values]
      .sort((a, b) => a - b)
      .find((candidate) => {
        const notAbove = values.filter((each) => each <= candidate).length;
        return notAbove * 10_000 >= hundredths * values.length;
      });

  test('use the nearest rank, for every percentile of two decimals', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 10_000 }), (some, hundredths) => {
        expect(toPercentiles(some, [hundredths / 100])).toEqual([byDefinition(some, hundredths)]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('of ten thousand values have the exact rank', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => index + 1);
    const hundredths = Array.from({ length: 10_001 }, (_, index) => index);
    expect(
      toPercentiles(
        values,
        hundredths.map((each) => each / 100),
      ),
    ).toEqual(hundredths.map((each) => Math.max(1, each)));
  });

  test('have the exact rank for any number of decimals and any number of values', () => {
    const decimal = fc
      .integer({ min: 0, max: 15 })
      .chain((decimals) =>
        fc.record({ decimals: fc.constant(decimals), digits: fc.bigInt(0n, 10n ** BigInt(decimals) * 100n) }),
      );
    fc.assert(
      fc.property(decimal, fc.integer({ min: 1, max: 1_000_000 }), ({ decimals, digits }, count) => {
        const percentile = Number(`${digits}e-${decimals}`);
        // A number has 15 decimal digits for certain.
        fc.pre(digits < 10n ** 15n);
        const rank = BigInt(toNearestRank(percentile, count));
        const hundredPercent = 10n ** BigInt(decimals) * 100n;
        const covers = (some: bigint): boolean => some * hundredPercent >= digits * BigInt(count);
        expect(rank >= 1n && covers(rank)).toBe(true);
        expect(rank === 1n || !covers(rank - 1n)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect([0, 1e-300, 100].map((percentile) => toNearestRank(percentile, 10))).toEqual([1, 1, 10]);
  });

  test('are the minimum at 0 and the maximum at 100, skip unknown values, and are empty without values', () => {
    expect(toPercentiles([7, null, 3, 5], [0, 100, 50])).toEqual([3, 7, 5]);
    expect(toPercentiles([null], [50, 95])).toEqual([]);
    expect(toPercentiles([], [50])).toEqual([]);
    expect(toPercentiles([1], [])).toEqual([]);
  });
});

describe('the order of devices', () => {
  test.each(USAGE_ORDERS)('by %s is total: it sorts any two lists of the same devices alike', (order) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(device, { selector: ({ imei }) => imei }),
        fc.infiniteStream(fc.nat()),
        (some, salt) => {
          const shuffled = some
            .map((each) => ({ each, rank: salt.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ each }) => each);
          expect(orderUsage(shuffled, order)).toEqual(orderUsage(some, order));
        },
      ),
    );
  });

  test('puts unknown values last in both directions, breaks ties by IMEI, and does not change the list', () => {
    const [a, b, c, d] = ['1', '2', '3', '4'].map((digit) => digit.repeat(15));
    const some = [
      { imei: d ?? '', numberOfSessions: 2, bytesTransferred: 5 },
      { imei: c ?? '', numberOfSessions: null, bytesTransferred: null },
      { imei: b ?? '', numberOfSessions: 1, bytesTransferred: 9 },
      { imei: a ?? '', numberOfSessions: 2, bytesTransferred: 9 },
    ];
    const before = structuredClone(some);
    const ordered = (order: (typeof USAGE_ORDERS)[number]): string[] => orderUsage(some, order).map(({ imei }) => imei);
    expect(ordered('BYTES_DESC')).toEqual([a, b, d, c]);
    expect(ordered('BYTES_ASC')).toEqual([d, a, b, c]);
    expect(ordered('SESSIONS_DESC')).toEqual([a, d, b, c]);
    expect(ordered('SESSIONS_ASC')).toEqual([b, a, d, c]);
    expect(ordered('IMEI')).toEqual([a, b, c, d]);
    expect(some).toEqual(before);
  });
});

describe('usage that is reported several times', () => {
  const usage = fc.record({ numberOfSessions: value, bytesTransferred: value });

  test('has of each figure the largest known one, in any order', () => {
    fc.assert(
      fc.property(fc.array(usage, { minLength: 1 }), (some) => {
        const largest = (figures: (number | null)[]): number | null =>
          figures.every((each) => each === null) ? null : Math.max(...figures.map((each) => each ?? 0));
        const expected = {
          numberOfSessions: largest(some.map((each) => each.numberOfSessions)),
          bytesTransferred: largest(some.map((each) => each.bytesTransferred)),
        };
        expect(some.reduce(mergeUsage)).toEqual(expected);
        expect(some.toReversed().reduce(mergeUsage)).toEqual(expected);
      }),
    );
  });
});

test('of several errors of a device the longest is chosen, and the same in any order', () => {
  const toError = (errorMessage: string | null, errorResponse: UpstreamErrorMessage | null = null) => ({
    errorMessage,
    errorResponse,
  });
  const short = toError('gone');
  const long = toError('gone', {
    errorCode: 'NOT_FOUND',
    errorMessage: null,
    httpStatusCode: null,
    detailErrorMessage: null,
  });
  expect(chooseError(short, long)).toBe(long);
  expect(chooseError(toError(null), short)).toBe(short);
  const some = [toError(null), short, toError('lost'), toError('g🛰ne'), toError('g\ufffdne'), long];
  for (const one of some) {
    for (const other of some) expect(chooseError(one, other)).toBe(chooseError(other, one));
  }
});

describe('totals of usage', () => {
  test('are exact sums of the known values, and count silent and incomplete devices', () => {
    fc.assert(
      fc.property(fc.array(device), (some) => {
        const sum = (values: (number | null)[]): number =>
          Number(values.reduce((total, each) => total + BigInt(each ?? 0), 0n));
        const totals = toUsageTotals(some);
        expect(totals.bytesTransferred).toBe(sum(some.map((each) => each.bytesTransferred)));
        expect(totals.numberOfSessions).toBe(sum(some.map((each) => each.numberOfSessions)));
        expect(totals.devices).toBe(some.length);
        expect(totals.silentDevices).toBe(some.filter((each) => each.numberOfSessions === 0).length);
        expect(totals.incompleteDevices).toBe(
          some.filter((each) => each.numberOfSessions === null || each.bytesTransferred === null).length,
        );
      }),
    );
  });

  test('reach 2^53-1, and are null above it instead of rounded', () => {
    const max = Number.MAX_SAFE_INTEGER;
    expect(addExactly([2 ** 52, 2 ** 52 - 1])).toBe(max);
    expect(addExactly([2 ** 52, 2 ** 52])).toBe(null);
    expect(addExactly([max, 1, null])).toBe(null);
    expect(
      toUsageTotals([
        { numberOfSessions: 1, bytesTransferred: max },
        { numberOfSessions: 2, bytesTransferred: 1 },
      ]),
    ).toMatchObject({ devices: 2, numberOfSessions: 3, bytesTransferred: null });
  });
});
