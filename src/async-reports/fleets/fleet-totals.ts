import { addExactly, toNearestRank, type UsageTotals } from '../../domain/usage-totals.ts';
import { toSentParts, type FleetReport } from '../fleet.ts';
import type { ReportReads } from '../reads/report-reads.ts';

/** Adds up the totals of all parts. Those of parts that have ended are stored, and cost no read. */
export async function readFleetTotals({ parts }: FleetReport, reads: ReportReads): Promise<UsageTotals> {
  const totals: UsageTotals[] = [];
  for (const { report, totals: stored } of toSentParts(parts))
    if (report.receivedDevices > 0) totals.push(stored ?? (await reads.totals(report)));
  const sum = (toCount: (each: UsageTotals) => number): number =>
    totals.reduce((total, each) => total + toCount(each), 0);
  return {
    devices: sum(({ devices }) => devices),
    silentDevices: sum(({ silentDevices }) => silentDevices),
    incompleteDevices: sum(({ incompleteDevices }) => incompleteDevices),
    numberOfSessions: addUnlessNull(totals.map(({ numberOfSessions }) => numberOfSessions)),
    bytesTransferred: addUnlessNull(totals.map(({ bytesTransferred }) => bytesTransferred)),
  };
}

/** Bytes per device at each percentile (nearest rank). Empty if no device has a value. */
export async function readFleetPercentiles(
  { parts }: FleetReport,
  percentiles: readonly number[],
  reads: ReportReads,
): Promise<readonly number[]> {
  const sorted: (readonly number[])[] = [];
  for (const { report } of toSentParts(parts))
    if (report.receivedDevices > 0) sorted.push(await reads.sortedBytes(report));
  const count = sorted.reduce((total, { length }) => total + length, 0);
  if (count === 0) return [];
  const values = new Float64Array(count);
  let at = 0;
  for (const each of sorted) {
    values.set(each, at);
    at += each.length;
  }
  values.sort();
  return percentiles.map((percentile) => values[toNearestRank(percentile, count) - 1] ?? 0);
}

/** A part whose sum is over 2^53-1 has none, and then the whole has none. */
function addUnlessNull(sums: readonly (number | null)[]): number | null {
  return sums.includes(null) ? null : addExactly(sums);
}
