import { expect } from 'vitest';
import type { World } from '../world/world.ts';
import type { RecordedAccount } from './recorded-account.ts';

/** The time zone of the recorded days, whose clocks change. */
export const RECORD_ZONE = 'America/New_York';

/** Twenty devices. */
export type TopOfDay = readonly { readonly imei: string; readonly bytesTransferred: number }[];

/** What a month of recorded usage comes to. */
export interface MonthOfUsage {
  /** Of each day; null if it is not recorded. */
  readonly daily: readonly ({
    readonly devices: number;
    readonly numberOfSessions: number;
    readonly bytesTransferred: number;
  } | null)[];
  /** The twenty devices with the most bytes in the month. */
  readonly top: TopOfDay;
  readonly bytes: number | null;
}

/** The daily totals of the account in the month, and the devices with the most bytes in it. */
export async function readMonth(world: World, month: readonly string[]): Promise<MonthOfUsage> {
  const { data, errors } = await world.query(MONTH_QUERY, {
    daily: { ...toInput(month), granularity: 'DAY' },
    whole: { ...toInput(month), granularity: 'WHOLE' },
  });
  expect(errors).toEqual([]);
  const { daily, whole } = data as unknown as MonthAnswer;
  const [bucket] = whole.groups[0]?.buckets ?? [];
  return {
    daily: (daily.groups[0]?.buckets ?? []).map(({ totals }) => totals),
    top: bucket?.usage ?? [],
    bytes: bucket?.totals?.bytesTransferred ?? null,
  };
}

/** The devices with the most bytes on each of the days. */
export async function readTops(world: World, days: readonly string[]): Promise<TopOfDay[]> {
  const { data, errors } = await world.query(TOPS_QUERY, { input: { ...toInput(days), granularity: 'DAY' } });
  expect(errors).toEqual([]);
  const { usageSeries } = data as unknown as { readonly usageSeries: Series<{ readonly usage: TopOfDay }> };
  return (usageSeries.groups[0]?.buckets ?? []).map(({ usage }) => usage);
}

/** The bytes of the month, and of what it is compared with. */
export async function compareMonth(
  world: World,
  month: readonly string[],
  compareTo: 'PREVIOUS_PERIOD' | 'SAME_PERIOD_LAST_YEAR',
): Promise<{ readonly current: number | null; readonly previous: number | null; readonly upstreamCalls: number }> {
  const input = { ...toInput(month), granularity: 'MONTH', compareTo };
  const { data, errors } = await world.query(COMPARED_QUERY, { input });
  expect(errors).toEqual([]);
  const { plan, groups } = (data as unknown as ComparedAnswer).usageSeries;
  const [bucket] = groups[0]?.buckets ?? [];
  return {
    current: bucket?.totals?.bytesTransferred ?? null,
    previous: bucket?.previous?.bytesTransferred ?? null,
    upstreamCalls: plan.upstreamCalls,
  };
}

/** The same of what the devices used. */
export function truthOf(account: RecordedAccount, days: readonly string[]): MonthOfUsage {
  const daily = days.map((day) => {
    const sums = { devices: account.imeis.length, numberOfSessions: 0, bytesTransferred: 0 };
    for (const imei of account.imeis) {
      const { numberOfSessions, bytesTransferred } = account.truth(imei, [day]);
      sums.numberOfSessions += numberOfSessions;
      sums.bytesTransferred += bytesTransferred;
    }
    return sums;
  });
  return {
    daily,
    top: findTop(account, days),
    bytes: daily.reduce((sum, { bytesTransferred }) => sum + bytesTransferred, 0),
  };
}

/** The same as `readTops`, of what the devices used. */
export function topsOf(account: RecordedAccount, days: readonly string[]): TopOfDay[] {
  return days.map((day) => findTop(account, [day]));
}

function findTop({ imeis, truth }: RecordedAccount, days: readonly string[]): TopOfDay {
  return imeis
    .map((imei) => ({ imei, bytesTransferred: truth(imei, days).bytesTransferred }))
    .sort((one, other) => other.bytesTransferred - one.bytesTransferred || one.imei.localeCompare(other.imei))
    .slice(0, 20);
}

const toInput = (days: readonly string[]) => ({
  allDevices: true,
  timeZone: RECORD_ZONE,
  path: 'RECORDED',
  startDate: days[0],
  endDate: days.at(-1),
});

const MONTH_QUERY = `query ($daily: UsageSeriesInput!, $whole: UsageSeriesInput!) {
  daily: usageSeries(input: $daily) { groups { buckets { totals { devices numberOfSessions bytesTransferred } } } }
  whole: usageSeries(input: $whole) { groups { buckets { totals { bytesTransferred } usage(first: 20) { imei bytesTransferred } } } }
}`;
const TOPS_QUERY = `query ($input: UsageSeriesInput!) {
  usageSeries(input: $input) { groups { buckets { usage(first: 20) { imei bytesTransferred } } } }
}`;
const COMPARED_QUERY = `query ($input: UsageSeriesInput!) {
  usageSeries(input: $input) { plan { upstreamCalls } groups { buckets { totals { bytesTransferred } previous { bytesTransferred } } } }
}`;

interface Series<Bucket> {
  readonly groups: readonly { readonly buckets: readonly Bucket[] }[];
}

interface MonthAnswer {
  readonly daily: Series<{ readonly totals: MonthOfUsage['daily'][number] }>;
  readonly whole: Series<{
    readonly totals: { readonly bytesTransferred: number } | null;
    readonly usage: MonthOfUsage['top'];
  }>;
}

interface ComparedAnswer {
  readonly usageSeries: { readonly plan: { readonly upstreamCalls: number } } & Series<{
    readonly totals: { readonly bytesTransferred: number } | null;
    readonly previous: { readonly bytesTransferred: number } | null;
  }>;
}
