import { ReportError } from './errors.ts';

/** What a device did in a window; a figure is null where the platform gave none that can be trusted. */
export interface Usage {
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
}

export interface UsageTotals {
  readonly devices: number;
  readonly silentDevices: number;
  /** Devices with a figure that the platform left out or that cannot be trusted; the sums are without it. */
  readonly incompleteDevices: number;
  readonly numberOfSessions: number;
  readonly bytesTransferred: number;
}

/** Exact sums over the devices of a report; throws UPSTREAM_UNAVAILABLE where a sum passes 2^53-1. */
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

/** The sum of what is known, exact to 2^53-1; throws UPSTREAM_UNAVAILABLE above, for a wrong number is worse than none. */
export function addExactly(values: readonly (number | null)[]): number {
  let sum = 0;
  for (const value of values) {
    sum += value ?? 0;
    if (sum > Number.MAX_SAFE_INTEGER) {
      throw new ReportError(
        'UPSTREAM_UNAVAILABLE',
        'This sum passes 2^53-1 and cannot be told exactly. Ask for fewer devices or a shorter window.',
      );
    }
  }
  return sum;
}

/** For each percentile (0 to 100) the smallest figure that at least so many percent do not pass (nearest rank); empty where there is no figure. */
export function toPercentiles(values: readonly (number | null)[], percentiles: readonly number[]): number[] {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  return percentiles.map((percentile) => {
    // 0.07 % of 10,000 is 7, and floating point makes it 7.000000000000001.
    const share = Number(((percentile * sorted.length) / 100).toPrecision(14));
    const rank = Math.max(1, Math.ceil(share));
    return sorted[rank - 1] ?? 0;
  });
}
