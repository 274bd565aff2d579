import { toPercentiles } from '../domain/usage-totals.ts';
import type { Imei } from '../domain/imei.ts';
import type { Outlier } from './changes.ts';
import type { Period } from './periods.ts';

/** The bytes of a device on a recorded day; null if they are not known. */
export interface DayOfHistory {
  readonly day: number;
  readonly bytes: number | null;
}

/** What a device is expected to transfer in some days. */
interface Baseline {
  readonly bytes: number;
  /** More than this is far above it. */
  readonly limit: number;
}

/** With fewer recorded days, nobody can tell what is usual. */
export const MIN_HISTORY_DAYS = 14;
/** How far back a history goes: eight of each weekday. */
export const HISTORY_DAYS = 56;
const DAYS_PER_WEEK = 7;
/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_TO_DEVIATION = 1.4826;
const DEVIATIONS = 3;
/** A device whose bytes hardly vary stands out only if they grow by half. */
const MIN_RATIO = 1.5;

/**
 * Compares devices whose bytes grew with their own history: those that are far above it stand out, and the others do not. A device with a
 * history of fewer than 14 days is left as it is. The history ends before the period.
 */
export function compareGrowth(
  outliers: readonly Outlier[],
  histories: ReadonlyMap<Imei, readonly DayOfHistory[]>,
  period: Period,
): Outlier[] {
  return outliers.flatMap((outlier) => {
    if (outlier.reason !== 'INSUFFICIENT_HISTORY') return outlier;
    const baseline = toBaseline(histories.get(outlier.imei) ?? [], period);
    if (baseline === null) return outlier;
    if (outlier.bytes <= baseline.limit) return [];
    const ratio = baseline.bytes === 0 ? null : outlier.bytes / baseline.bytes;
    return { ...outlier, baselineBytes: baseline.bytes, ratio, reason: 'ABOVE_OWN_BASELINE' as const };
  });
}

/** The sum of the medians of the weekdays of a period, and the limit above it. Null if the history is too short. */
function toBaseline(history: readonly DayOfHistory[], { first, last }: Period): Baseline | null {
  const known = history.flatMap(({ day, bytes }) => (bytes === null ? [] : [{ day, bytes }]));
  if (known.length < MIN_HISTORY_DAYS) return null;
  const usual = toUsual(known.map(({ bytes }) => bytes));
  const ofWeekdays = Array.from({ length: DAYS_PER_WEEK }, (_, weekday) => {
    const values = known.filter(({ day }) => toWeekday(day) === weekday).map(({ bytes }) => bytes);
    return values.length === 0 ? usual : toUsual(values);
  });
  let [bytes, deviation] = [0, 0];
  for (let day = first; day <= last; day += 1) {
    const expected = ofWeekdays[toWeekday(day)] ?? usual;
    bytes += expected.median;
    deviation += expected.deviation;
  }
  return { bytes, limit: Math.max(bytes + DEVIATIONS * deviation, MIN_RATIO * bytes) };
}

function toWeekday(day: number): number {
  return ((day % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK;
}

function toUsual(values: readonly number[]): { readonly median: number; readonly deviation: number } {
  const [median = 0] = toPercentiles(values, [50]);
  const [mad = 0] = toPercentiles(
    values.map((value) => Math.abs(value - median)),
    [50],
  );
  return { median, deviation: MAD_TO_DEVIATION * mad };
}
