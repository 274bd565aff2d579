import type { Usage } from './device-usage.ts';

/** Sums over devices. */
export interface UsageTotals {
  readonly devices: number;
  /** Devices without a session. */
  readonly silentDevices: number;
  /** Devices with a value that is missing or cannot be trusted; the sums leave that value out. */
  readonly incompleteDevices: number;
  /** Null if the sum is over 2^53-1, as is the sum of bytes. */
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
}

/** Exact sums over the devices of a report. A sum over 2^53-1 is null. */
export function toUsageTotals(usage: readonly Usage[]): UsageTotals {
  const [sessions, bytes] = [createExactSum(), createExactSum()];
  let silentDevices = 0;
  let incompleteDevices = 0;
  for (const { numberOfSessions, bytesTransferred } of usage) {
    if (numberOfSessions === 0) silentDevices += 1;
    if (numberOfSessions === null || bytesTransferred === null) incompleteDevices += 1;
    sessions.add(numberOfSessions);
    bytes.add(bytesTransferred);
  }
  return {
    devices: usage.length,
    silentDevices,
    incompleteDevices,
    numberOfSessions: sessions.toNumber(),
    bytesTransferred: bytes.toNumber(),
  };
}

/** An exact sum of integers that are not negative. Above 2^53-1 it is null, because a wrong number is worse than none. */
export interface ExactSum {
  /** Adds a value; null adds nothing. */
  add(value: number | null): void;
  toNumber(): number | null;
}

/** Creates a sum of 0. */
export function createExactSum(): ExactSum {
  let sum = 0;
  return {
    add: (value) => void (sum += value ?? 0),
    // Only a sum over 2^53-1 is inexact, and it never becomes smaller again.
    toNumber: () => (sum > Number.MAX_SAFE_INTEGER ? null : sum),
  };
}

/** The exact sum of the known values; null above 2^53-1. */
export function addExactly(values: readonly (number | null)[]): number | null {
  const sum = createExactSum();
  for (const value of values) sum.add(value);
  return sum.toNumber();
}

/**
 * For each percentile p (0 to 100), the smallest value such that at least p percent of the values are not greater (nearest rank).
 * Empty if there are no values.
 */
export function toPercentiles(values: readonly (number | null)[], percentiles: readonly number[]): number[] {
  return findPercentiles(sortValues(values), percentiles);
}

/** The known values, in ascending order. */
export function sortValues(values: readonly (number | null)[]): Float64Array {
  return Float64Array.from(values.filter((value) => value !== null)).sort();
}

/** `toPercentiles` of values that are sorted already. */
export function findPercentiles(sorted: Float64Array, percentiles: readonly number[]): number[] {
  if (sorted.length === 0) return [];
  return percentiles.map((percentile) => sorted[toNearestRank(percentile, sorted.length) - 1] ?? 0);
}

/**
 * The nearest rank of a percentile (0 to 100) among `count` sorted values, from 1. Computed from the decimal digits of the
 * percentile: 0.07 % of 10,000 is 7, but 7.000000000000001 in floating point.
 */
export function toNearestRank(percentile: number, count: number): number {
  // Both are exact, and BigInt takes ten times as long.
  if (Number.isInteger(percentile)) return Math.max(1, Math.ceil((percentile * count) / 100));
  const [digits = '', exponent] = percentile.toExponential().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  // percentile = numerator / 10 ** decimals, and no exponent is above 2.
  const numerator = BigInt(whole + fraction);
  const decimals = fraction.length - Number(exponent);
  const denominator = 10n ** BigInt(decimals + 2);
  const rank = (numerator * BigInt(count) + denominator - 1n) / denominator;
  return Math.max(1, Number(rank));
}
