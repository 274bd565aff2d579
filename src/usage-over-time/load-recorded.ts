import type { BucketOutcome } from './bucket-usage.ts';
import { isRecorded, listBegun, type PreparedSeries } from './prepare-series.ts';
import type { RecordedUsage } from './recorded-usage.ts';
import type { BucketTime } from './series-windows.ts';
import type { SummedBucket } from './summed-usage.ts';

/** What came of the buckets of one filter. */
export type Outcomes = Map<BucketTime, BucketOutcome>;

export interface RecordedLoadOptions {
  readonly recorded: RecordedUsage | null;
  /** Counts rows that are gone through. Throws BUDGET_EXCEEDED. */
  readonly takeRows: (rows: number) => void;
  /** Whether recorded days of the whole account may be summed without their devices. */
  readonly maySum: boolean;
}

/** Adds the buckets that come from the record, and returns those that are only summed. They have no groups. */
export async function addRecorded(
  series: PreparedSeries,
  [whole]: readonly Outcomes[],
  { recorded, takeRows, maySum }: RecordedLoadOptions,
): Promise<Map<BucketTime, SummedBucket>> {
  const { request, pairs, plan, previousPath } = series;
  const summed = new Map<BucketTime, SummedBucket>();
  if (recorded === null || whole === undefined || previousPath !== 'RECORDED') return summed;
  const { accountNumber, imeis } = request;
  const isSummable = ({ period }: BucketTime): boolean => maySum && imeis.length === 0 && period.first === period.last;
  const load = async (wanted: readonly BucketTime[]): Promise<void> => {
    const buckets = wanted.filter(({ period }) => isRecorded(request, period, recorded));
    const days = buckets.filter(isSummable);
    const ofDays =
      days.length === 0
        ? null
        : await recorded.readSummed(
            accountNumber,
            days.map(({ period }) => period.first),
            takeRows,
          );
    for (const bucket of days) {
      const ofDay = ofDays?.get(bucket.period.first);
      if (ofDay !== undefined) summed.set(bucket, ofDay);
    }
    const others = buckets.filter((bucket) => !isSummable(bucket));
    const periods = others.map(({ period }) => period);
    const read = await recorded.read(accountNumber, imeis, periods, takeRows);
    for (const [at, bucket] of others.entries()) {
      const outcome = read[at];
      if (outcome !== undefined) whole.set(bucket, outcome);
    }
  };
  // Apart, because devices of the days before are never listed.
  if (plan.path === 'RECORDED') await load(listBegun(pairs.map((pair) => ({ ...pair, previous: null }))));
  await load(pairs.flatMap(({ previous }) => (previous === null ? [] : [previous])));
  return summed;
}
