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
  return {
    devices: usage.length,
    silentDevices: usage.filter((device) => device.numberOfSessions === 0).length,
    incompleteDevices: usage.filter((device) => device.numberOfSessions === null || device.bytesTransferred === null)
      .length,
    numberOfSessions: addExactly(usage.map((device) => device.numberOfSessions)),
    bytesTransferred: addExactly(usage.map((device) => device.bytesTransferred)),
  };
}

/** The exact sum of the known values; null above 2^53-1, because a wrong number is worse than none. */
export function addExactly(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    sum += value ?? 0;
    if (sum > Number.MAX_SAFE_INTEGER) return null;
  }
  return sum;
}

/**
 * For each percentile p (0 to 100), the smallest value such that at least p percent of the values are not greater (nearest rank).
 * Empty if there are no values.
 */
export function toPercentiles(values: readonly (number | null)[], percentiles: readonly number[]): number[] {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  return percentiles.map((percentile) => sorted[toNearestRank(percentile, sorted.length) - 1] ?? 0);
}

/**
 * The nearest rank of a percentile (0 to 100) among `count` sorted values, from 1. Computed from the decimal digits of the
 * percentile: 0.07 % of 10,000 is 7, but 7.000000000000001 in floating point.
 */
export function toNearestRank(percentile: number, count: number): number {
  const [digits = '', exponent] = percentile.toExponential().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  // percentile = numerator / 10 ** decimals, and no exponent is above 2.
  const numerator = BigInt(whole + fraction);
  const decimals = fraction.length - Number(exponent);
  const denominator = 10n ** BigInt(decimals + 2);
  const rank = (numerator * BigInt(count) + denominator - 1n) / denominator;
  return Math.max(1, Number(rank));
}
