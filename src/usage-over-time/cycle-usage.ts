import { ReportError } from '../domain/errors.ts';
import { addExactly } from '../domain/usage-totals.ts';
import type { FetchedUsage } from '../reports/usage-answer.ts';
import type { BucketUsage } from './bucket-usage.ts';
import type { LoadedSeries } from './load-series.ts';
import type { PreparedSeries } from './prepare-series.ts';
import type { DayBytes } from './projection.ts';
import { toBuckets } from './series-buckets.ts';
import { sumBuckets } from './sum-buckets.ts';

/** The usage of a cycle until now. */
export interface CycleUsage {
  /** The days that have begun. */
  readonly days: readonly DayBytes[];
  /** Each device once. */
  readonly usage: readonly FetchedUsage[];
  /** Whether every day but today has usage of every device. */
  readonly complete: boolean;
}

/** Adds up the days of a cycle. Throws the failure of a day that could not be loaded, because the sum would be wrong. */
export function toCycleUsage(
  series: PreparedSeries,
  { ofFilters }: LoadedSeries,
  takeRows: (rows: number) => void,
  nowMs: number,
): CycleUsage {
  const loaded = ofFilters[0] ?? (() => null);
  const begun: [day: number, outcome: BucketUsage][] = [];
  for (const { current } of series.pairs) {
    const outcome = loaded(current);
    if (outcome instanceof ReportError) throw outcome;
    if (outcome !== null) begun.push([current.period.first, outcome]);
  }
  takeRows(begun.reduce((rows, [, { usage }]) => rows + usage.length, 0));
  const over = toBuckets(series, loaded, false).filter(({ endMs }) => endMs < nowMs);
  return {
    days: begun.map(([day, { usage, freshness }]) => ({
      day,
      bytes: addExactly(usage.map(({ bytesTransferred }) => bytesTransferred)),
      settled: freshness.settled,
    })),
    usage: sumBuckets(begun.map(([, { usage }]) => usage)),
    complete: over.every(({ complete }) => complete),
  };
}
