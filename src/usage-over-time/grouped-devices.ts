import type { Imei } from '../domain/imei.ts';
import type { Steps } from '../turns/steps.ts';
import { isLoaded, type BucketOutcome } from './bucket-usage.ts';
import type { LoadedSeries } from './load-series.ts';
import { listBegun, type PreparedSeries } from './prepare-series.ts';
import { toBuckets, toUsage, type SeriesBucket } from './series-buckets.ts';
import type { BucketTime } from './series-windows.ts';

/** Finding a device in groups takes so much less time than sorting or adding up. */
const ROWS_COMPARED_AS_ONE = 2;
/** Reading whether a row is complete takes still less. */
const ROWS_READ_AS_ONE = 16;

/** What groups are found from. */
export interface GroupedUsage {
  readonly series: PreparedSeries;
  readonly loaded: LoadedSeries;
  /** Counts rows that are gone through. Throws BUDGET_EXCEEDED. */
  readonly takeRows: (rows: number) => void;
}

/** The buckets of all devices (group null), or of each group in the order of their names. */
export function toGroupBuckets({ series, loaded, takeRows }: GroupedUsage): SeriesBucket[][] {
  const [ofAll = () => null, ...ofGroups] = loaded.ofFilters;
  const isGrouped = series.request.groupBy !== null;
  takeRows(Math.ceil(countRows(series, isGrouped ? ofGroups : [ofAll]) / ROWS_READ_AS_ONE));
  return isGrouped
    ? ofGroups.map((each) => toBuckets(series, each, true))
    : [toBuckets(series, ofAll, false, loaded.summed)];
}

/** The buckets of the devices that are in no group, a step for each bucket. */
export function* toUnattributedBuckets({ series, loaded, takeRows }: GroupedUsage): Steps<SeriesBucket[]> {
  const [ofAll = () => null, ...ofGroups] = loaded.ofFilters;
  takeRows(Math.ceil(countRows(series, loaded.ofFilters) / ROWS_COMPARED_AS_ONE));
  const outcomes = new Map<BucketTime, BucketOutcome | null>();
  for (const bucket of listBegun(series.pairs)) {
    const groups = ofGroups.map((ofGroup) => ofGroup(bucket));
    outcomes.set(bucket, toUnattributed(ofAll(bucket), groups));
    yield;
  }
  return toBuckets(series, (bucket) => outcomes.get(bucket) ?? null, false);
}

/** The number of devices that are in more than one group of any bucket, a step for each bucket. */
export function* countOverlapping({ series, loaded, takeRows }: GroupedUsage): Steps<number> {
  const ofGroups = loaded.ofFilters.slice(1);
  takeRows(Math.ceil(countRows(series, ofGroups) / ROWS_COMPARED_AS_ONE));
  const overlapping = new Set<Imei>();
  for (const { current } of series.pairs) {
    const seen = new Set<Imei>();
    for (const ofGroup of ofGroups) {
      for (const { imei } of toUsage(ofGroup(current)) ?? []) {
        if (seen.has(imei)) overlapping.add(imei);
        seen.add(imei);
      }
    }
    yield;
  }
  return overlapping.size;
}

function countRows({ pairs }: PreparedSeries, filters: LoadedSeries['ofFilters']): number {
  let rows = 0;
  for (const bucket of listBegun(pairs)) {
    for (const loaded of filters) rows += toUsage(loaded(bucket))?.length ?? 0;
  }
  return rows;
}

/** What is left of all devices without those of the groups. A group that failed leaves nobody knows whom. */
function toUnattributed(all: BucketOutcome | null, groups: readonly (BucketOutcome | null)[]): BucketOutcome | null {
  const failed = groups.find((group) => !isLoaded(group));
  if (!isLoaded(all) || failed !== undefined) return isLoaded(all) ? (failed ?? null) : all;
  const attributed = new Set<Imei>();
  for (const group of groups) for (const { imei } of toUsage(group) ?? []) attributed.add(imei);
  return { ...all, usage: all.usage.filter(({ imei }) => !attributed.has(imei)) };
}
