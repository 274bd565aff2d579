import { run, type ApiError } from '../../api/client.ts';
import { toFailureOf } from '../../api/failure.ts';
import { CycleBeforeDocument, CycleDocument, CyclePlanDocument, SeriesPlanDocument } from '../../graphql/graphql.ts';
import type { BillingCycleInput, CycleQuery, UsageSeriesInput } from '../../graphql/graphql.ts';
import type { Plan } from '../../parts/priced.tsx';
import { addDays, countDays, listDays, toDay } from '../../state/days.ts';
import { account, cycleStartDay, earliestDay, includedBytes, today, zone, type Range } from '../../state/scope.ts';

/** The share of the allowance from which on people want to know. */
export const WARNING_SHARE = 0.8;

/** A day of the cycle. */
export interface CycleDay {
  readonly day: string;
  /** Null in the future, and if it could not be loaded. */
  readonly bytes: number | null;
  /** Bytes of the cycle until the end of this day; null in the future. */
  readonly total: number | null;
  readonly isSettled: boolean;
  readonly isFuture: boolean;
}

/** When the cycle is, and what loading it takes. */
export interface CyclePlan extends Range {
  readonly daysLeft: number;
  readonly plan: Plan;
  /** The days of the cycle before until the same day; null if none is over, or ThingSpace no longer has them. */
  readonly sameDaysBefore: Range | null;
  /** All days of the cycle before; null if ThingSpace no longer has them. */
  readonly before: Range | null;
}

export interface Cycle {
  readonly days: readonly CycleDay[];
  readonly billing: NonNullable<CycleQuery['billingCycle']>;
  /** The day on which the warning share is passed. If the allowance is that of a plan, only a day that is over. */
  readonly warnsOn: string | null;
  /** Bytes of the days that are over, and of as many days of the cycle before. */
  readonly untilYesterday: number;
  readonly beforeBytes: number | null;
  readonly asOf: string | null;
  readonly errors: readonly Pick<ApiError, 'message'>[];
}

function toInput(): BillingCycleInput {
  return { ...account.value, allDevices: true, cycleStartDay: cycleStartDay.value, timeZone: zone.value };
}

function toSeries({ from, to }: Range, granularity: 'DAY' | 'WHOLE'): UsageSeriesInput {
  return { ...account.value, allDevices: true, startDate: from, endDate: to, granularity, timeZone: zone.value };
}

/** Everything that the dates depend on. */
export function toCycleKey(): string {
  return JSON.stringify([toInput(), today.value]);
}

export async function loadCyclePlan(signal: AbortSignal): Promise<CyclePlan | null> {
  const { data } = await run(CyclePlanDocument, { cycle: toInput() }, signal);
  if (data.billingCycle === null) return null;
  const { start, end, daysLeft, plan } = data.billingCycle;
  const before = { from: toCycleBefore(start, cycleStartDay.value), to: addDays(start, -1) };
  const daysOver = Math.max(0, countDays(start, today.value));
  const sameDay = addDays(before.from, daysOver - 1);
  const isKnown = before.from >= earliestDay.value;
  const sameDaysBefore = { from: before.from, to: sameDay < before.to ? sameDay : before.to };
  return {
    from: start,
    to: end,
    daysLeft,
    plan,
    before: isKnown ? before : null,
    sameDaysBefore: isKnown && daysOver > 0 ? sameDaysBefore : null,
  };
}

export async function loadCycle(dates: CyclePlan, signal: AbortSignal): Promise<Cycle | null> {
  const { from, to, sameDaysBefore } = dates;
  const bytes = includedBytes.value;
  const variables = {
    cycle: { ...toInput(), includedBytes: bytes },
    warning: { ...toInput(), includedBytes: Math.max(1, Math.round((bytes ?? 0) * WARNING_SHARE)) },
    hasAllowance: bytes !== null,
    days: toSeries({ from, to }, 'DAY'),
    before: toSeries(sameDaysBefore ?? { from, to }, 'WHOLE'),
    hasBefore: sameDaysBefore !== null,
  };
  const { data, errors } = await run(CycleDocument, variables, signal);
  const { billingCycle: billing, days: series } = data;
  if (billing === null) return null;
  const buckets = series?.groups?.[0]?.buckets ?? [];
  const failure = toFailureOf(errors);
  if (buckets.length === 0 && failure !== null) throw failure;
  const days = toDays(
    dates,
    buckets.map(({ start, settled, totals }) => ({
      day: toDay(start, zone.value),
      bytes: totals?.bytesTransferred ?? null,
      isSettled: settled,
    })),
  );
  const failed = buckets.flatMap((bucket) => bucket.errors.filter(({ imei }) => imei === null));
  return {
    days,
    billing,
    warnsOn:
      data.warning?.allowance?.exceedsOn ??
      findPassedDay(days, (billing.allowance?.includedBytes ?? Infinity) * WARNING_SHARE),
    untilYesterday: sum(days.filter(({ day }) => day < today.value).map((each) => each.bytes ?? 0)),
    beforeBytes: data.before?.groups?.[0]?.buckets[0]?.totals?.bytesTransferred ?? null,
    asOf: series?.freshness?.asOf ?? null,
    errors: [
      ...errors,
      ...failed.map(({ errorMessage }) => ({ message: errorMessage ?? 'A day could not be loaded.' })),
    ],
  };
}

function findPassedDay(days: readonly CycleDay[], bytes: number): string | null {
  return days.find(({ total }) => total !== null && total > bytes)?.day ?? null;
}

/** What drawing the cycle before takes. */
export async function loadBeforePlan(before: Range, signal: AbortSignal): Promise<Plan | null> {
  const { data } = await run(SeriesPlanDocument, { days: toSeries(before, 'DAY') }, signal);
  return data.usageSeries?.plan ?? null;
}

/** Bytes of each day of the cycle before. */
export async function loadBefore(before: Range, signal: AbortSignal): Promise<(number | null)[]> {
  const { data } = await run(CycleBeforeDocument, { days: toSeries(before, 'DAY') }, signal);
  return (data.usageSeries?.groups?.[0]?.buckets ?? []).map(({ totals }) => totals?.bytesTransferred ?? null);
}

function toDays({ from, to }: Range, known: readonly Pick<CycleDay, 'day' | 'bytes' | 'isSettled'>[]): CycleDay[] {
  const byDay = new Map(known.map((each) => [each.day, each]));
  let total = 0;
  return listDays(from, to).map((day) => {
    const { bytes = null, isSettled = false } = byDay.get(day) ?? {};
    const isFuture = day > today.value;
    total += bytes ?? 0;
    return { day, bytes, isSettled, isFuture, total: isFuture ? null : total };
  });
}

/** The first day of the cycle before. A month without the start day starts its cycle on its last day. */
export function toCycleBefore(start: string, startDay: number): string {
  const [year = 0, month = 1] = start.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month - 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 2, Math.min(startDay, lastDay))).toISOString().slice(0, 10);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
