import type { Imei } from '../domain/imei.ts';
import type { FetchedUsage } from '../reports/usage-answer.ts';

/**
 * The usage of each device in several buckets together, in the order in which they first come. A value that is not known in one of them, or
 * exceeds 2^53-1 together, is not known.
 */
export function sumBuckets(buckets: readonly (readonly FetchedUsage[])[]): FetchedUsage[] {
  const sums = new Map<Imei, FetchedUsage>();
  for (const bucket of buckets) {
    for (const row of bucket) {
      const sum = sums.get(row.imei);
      sums.set(row.imei, sum === undefined ? row : toSum(sum, row));
    }
  }
  return [...sums.values()];
}

function toSum(one: FetchedUsage, other: FetchedUsage): FetchedUsage {
  return {
    ...one,
    numberOfSessions: add(one.numberOfSessions, other.numberOfSessions),
    bytesTransferred: add(one.bytesTransferred, other.bytesTransferred),
  };
}

function add(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return null;
  const sum = one + other;
  return Number.isSafeInteger(sum) ? sum : null;
}
