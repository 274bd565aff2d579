import type { DeviceError } from '../domain/device-usage.ts';
import type { Imei } from '../domain/imei.ts';
import type { FetchedUsage } from '../reports/usage-answer.ts';
import { isLoaded, toErrorOfAll, type BucketOutcome, type BucketUsage } from './bucket-usage.ts';
import type { LoadedBuckets, LoadedSeries } from './load-series.ts';
import type { Period } from './periods.ts';
import type { SeriesPath } from './plan-calls.ts';
import type { BucketPair, PreparedSeries } from './prepare-series.ts';
import type { BucketTime } from './series-windows.ts';
import type { SummedBucket, SummedUsage } from './summed-usage.ts';

/** One bucket of a series, with its counterpart. */
export interface SeriesBucket {
  /** Its days in the time zone of the series. */
  readonly period: Period;
  readonly startMs: number;
  /** Its last millisecond. */
  readonly endMs: number;
  /** Whether its usage is final. */
  readonly settled: boolean;
  /** Whether its usage is that of the whole bucket and of every device. */
  readonly complete: boolean;
  /** Null if the bucket lies in the future, failed, or is not recorded. */
  readonly usage: readonly FetchedUsage[] | SummedUsage | null;
  readonly missing: readonly Imei[];
  readonly errors: readonly DeviceError[];
  readonly previous: readonly FetchedUsage[] | SummedUsage | null;
  /** Null if there is nothing to compare with. */
  readonly previousPath: SeriesPath | null;
}

const NONE: readonly never[] = [];

/** The buckets of one filter: of all devices, or of a group, which has no missing devices because a device need not be in it. */
export function toBuckets(
  series: PreparedSeries,
  loaded: LoadedBuckets,
  isGroup: boolean,
  summed: LoadedSeries['summed'] | null = null,
): SeriesBucket[] {
  return series.pairs.map((pair) => toBucket(pair, series, { loaded, summed }, isGroup));
}

function toBucket(
  { current, previous }: BucketPair,
  { previousPath }: PreparedSeries,
  { loaded, summed }: { readonly loaded: LoadedBuckets; readonly summed: LoadedSeries['summed'] | null },
  isGroup: boolean,
): SeriesBucket {
  const { period, startMs, endMs } = current;
  const before = previous === null ? null : (summed?.get(previous)?.summed ?? toUsage(loaded(previous)));
  const compared = { previous: before, previousPath: previous === null ? null : previousPath };
  const sums = summed?.get(current);
  if (sums !== undefined) return { period, startMs, endMs, ...toSummed(current, sums), ...compared };
  const outcome = loaded(current);
  if (!isLoaded(outcome)) {
    const errors = outcome === null ? NONE : [toErrorOfAll(outcome)];
    return { period, startMs, endMs, settled: false, complete: false, usage: null, missing: NONE, errors, ...compared };
  }
  const { usage, errors } = outcome;
  const missing = isGroup ? NONE : outcome.missing;
  return {
    period,
    startMs,
    endMs,
    settled: outcome.freshness.settled,
    complete: isComplete(current, outcome, missing),
    usage,
    missing,
    errors,
    ...compared,
  };
}

function toSummed({ endMs }: BucketTime, { summed, errors, freshness }: SummedBucket) {
  const { incompleteDevices } = summed.totals;
  const complete = endMs < freshness.asOfMs && errors.length === 0 && incompleteDevices === 0;
  return { settled: freshness.settled, complete, usage: summed, missing: NONE, errors };
}

function isComplete(
  { endMs }: BucketTime,
  { usage, errors, freshness }: BucketUsage,
  missing: readonly Imei[],
): boolean {
  if (endMs >= freshness.asOfMs || errors.length > 0 || missing.length > 0) return false;
  return usage.every(
    ({ numberOfSessions, bytesTransferred }) => numberOfSessions !== null && bytesTransferred !== null,
  );
}

/** The usage of a bucket; null if there is none. */
export function toUsage(outcome: BucketOutcome | null): readonly FetchedUsage[] | null {
  return isLoaded(outcome) ? outcome.usage : null;
}

/** The relative change of two sums; null if one is not known, or the earlier one is 0. */
export function toChange(current: number | null, previous: number | null): number | null {
  return current === null || previous === null || previous === 0 ? null : (current - previous) / previous;
}
