import { toReadCost } from './read-budget.ts';

/** Reports that an operation will read, as far as this is known before it runs. */
export interface ExpectedReports {
  /** Tells them apart from other reports: equal names mean the same ones. */
  readonly name: string;
  /** At most this many. */
  readonly count: number;
}

/** A read of each of some reports. */
export interface PlannedRead {
  readonly reports: ExpectedReports;
  /** What is read. Reads of the same reports with equal keys are made once, for the longest of their pages. */
  readonly toKey: () => string;
  /** The maximum number of rows that it returns; 0 for a read that returns no rows of devices or reports. */
  readonly rows: number;
}

/** The database reads that an operation will make, at most. Rows that only the database goes through are not known yet. */
export interface ReadEstimate {
  add(read: PlannedRead): void;
  /** What the reads count: those that are planned twice count once. */
  total(): number;
  /** At least the total, and cheap: each read counts as often as it is planned. */
  upperBound(): number;
}

/** Creates an empty estimate. */
export function createReadEstimate(): ReadEstimate {
  let reads: PlannedRead[] | null = null;
  let bound = 0;
  return {
    add(read) {
      if (read.reports.count === 0) return;
      bound += toCost(read);
      (reads ??= []).push(read);
    },
    total() {
      const costs = new Map<string, number>();
      for (const read of reads ?? []) {
        const key = JSON.stringify([read.reports.name, read.toKey()]);
        costs.set(key, Math.max(costs.get(key) ?? 0, toCost(read)));
      }
      let total = 0;
      for (const cost of costs.values()) total += cost;
      return total;
    },
    upperBound: () => bound,
  };
}

function toCost({ reports, rows }: PlannedRead): number {
  return reports.count * toReadCost({ scanned: 0, returned: rows });
}
