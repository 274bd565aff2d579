import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageGroupsDocument, type UsageSeriesInput } from '../support/graphql/graphql.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const DAYS = { startDate: '2026-11-09', endDate: '2026-11-10', granularity: 'DAY' } as const;

describe('groups of devices', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('and what is in none of them add up to the whole account, for a call per bucket and group', async () => {
    const values = ['Fleet 250MB', 'Video unlimited', 'nobody has this plan'];
    const groups: UsageSeriesInput = { allDevices: true, ...DAYS, groupBy: { by: 'DATA_PLAN', values } };
    await world.admin.forgetCalls();
    const { data, errors } = await world.query(UsageGroupsDocument, { groups });
    expect(errors).toEqual([]);
    const series = data?.usageSeries;
    expect(series?.plan).toEqual({ path: 'ACCOUNT', upstreamCalls: 2 * (1 + values.length) });
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(2 * (1 + values.length));
    expect(series?.groups?.map(({ key }) => key)).toEqual(values);
    const { data: whole } = await world.query(UsageGroupsDocument, { groups: { allDevices: true, ...DAYS } });
    for (const at of [0, 1]) {
      const parts = [...(series?.groups ?? []).map(({ buckets }) => buckets[at]), series?.unattributed?.[at]];
      const all = whole?.usageSeries?.groups?.[0]?.buckets[at]?.totals;
      expect(sum(parts.map((part) => part?.totals?.devices))).toBe(all?.devices);
      expect(sum(parts.map((part) => part?.totals?.bytesTransferred))).toBe(all?.bytesTransferred);
      expect(parts[2]?.totals).toEqual({ devices: 0, bytesTransferred: 0 });
      expect(parts[3]?.totals?.devices).toBeGreaterThan(0);
    }
    expect(series?.overlappingDevices).toBe(0);
    expect(whole?.usageSeries).toMatchObject({ unattributed: null, overlappingDevices: null });
  });

  test('count a device that is in two of them in both', async () => {
    const [one = '', other = ''] = world.devices('meter', 2);
    const row = (imei: string) => ({ imei, numberOfSessions: 1, bytesTransferred: 10 });
    await world.admin.fault({
      path: PATHS.aggregate,
      rawBody: JSON.stringify({ txid: 't', usage: [row(one), row(other)] }),
    });
    const groups: UsageSeriesInput = {
      imei: [one, other],
      ...DAYS,
      groupBy: { by: 'DEVICE_LABEL', values: ['a', 'b'] },
    };
    const { data, errors } = await world.query(UsageGroupsDocument, { groups });
    await world.admin.endFaults();
    expect(errors).toEqual([]);
    expect(data?.usageSeries?.overlappingDevices).toBe(2);
    expect(data?.usageSeries?.groups?.map(({ buckets }) => buckets[0]?.totals?.devices)).toEqual([2, 2]);
    expect(data?.usageSeries?.unattributed?.[0]?.totals?.devices).toBe(0);
  });

  test('have no totals of what is in none of them while a group is not known', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 409, times: 1 });
    const groups: UsageSeriesInput = {
      allDevices: true,
      ...DAYS,
      granularity: 'WHOLE',
      groupBy: { by: 'DATA_PLAN', values: ['Fleet 250MB'] },
    };
    const { data } = await world.query(UsageGroupsDocument, { groups });
    expect(data?.usageSeries?.unattributed?.[0]?.totals).toBeNull();
  });
});

function sum(numbers: readonly (number | null | undefined)[]): number {
  return numbers.reduce<number>((total, each) => total + (each ?? NaN), 0);
}
