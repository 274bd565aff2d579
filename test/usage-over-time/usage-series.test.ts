import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UsageSeriesDocument, type UsageSeriesInput } from '../support/graphql/graphql.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { HOUR } from '../truth/calendar.ts';

const DAYS = { startDate: '2026-11-16', endDate: '2026-11-22', granularity: 'DAY' } as const;

describe('a series', () => {
  let world: World;
  let meters: string[];

  beforeAll(async () => {
    world = await startWorld({ startsAt: '2026-11-20T12:00:00Z' });
    meters = world.devices('meter', 12);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.admin.endFaults();
    await world.admin.forgetCalls();
  });

  const load = async (series: UsageSeriesInput) => {
    const { data, errors } = await world.query(UsageSeriesDocument, { series });
    expect(errors).toEqual([]);
    return data?.usageSeries;
  };
  const faultsOf = async (series: Record<string, unknown>) => {
    const { data, errors } = await world.query(
      'query ($series: UsageSeriesInput!) { usageSeries(input: $series) { plan { path } } }',
      { series },
    );
    expect(data).toEqual({ usageSeries: null });
    expect(await world.admin.calls('/report/aggregate')).toEqual([]);
    return errors.map(({ message, extensions: { code, argumentPath } }) => ({ code, argumentPath, message }));
  };

  test('has null totals for days in the future, makes no call for them, and is complete where a day is over', async () => {
    const series = await load({ imei: meters, ...DAYS, path: 'ACCOUNT' });
    const buckets = series?.groups?.[0]?.buckets ?? [];
    expect(buckets.map(({ start }) => start.slice(0, 10))).toEqual([
      '2026-11-16',
      '2026-11-17',
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
      '2026-11-21',
      '2026-11-22',
    ]);
    expect(buckets.map(({ totals }) => totals !== null)).toEqual([true, true, true, true, true, false, false]);
    expect(buckets.map(({ complete }) => complete)).toEqual([true, true, true, true, false, false, false]);
    expect(buckets.map(({ settled }) => settled)).toEqual([true, true, false, false, false, false, false]);
    expect(series?.freshness?.settled).toBe(false);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(5);
  });

  test('names the days of each bucket as its time zone does', async () => {
    const { data, errors } = await world.query(
      `query ($series: UsageSeriesInput!) { usageSeries(input: $series) { groups { buckets { start firstDay lastDay } } } }`,
      {
        series: { allDevices: true, ...DAYS, granularity: 'WEEK', timeZone: 'Pacific/Auckland', endDate: '2026-11-25' },
      },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      usageSeries: {
        groups: [
          {
            buckets: [
              { start: '2026-11-15T11:00:00.000Z', firstDay: '2026-11-16', lastDay: '2026-11-22' },
              { start: '2026-11-22T11:00:00.000Z', firstDay: '2026-11-23', lastDay: '2026-11-25' },
            ],
          },
        ],
      },
    });
  });

  test('has missing devices, errors of devices, and buckets whose call failed', async () => {
    const [inactive = ''] = world.devices('inactive', 1);
    const overlooked = world.devices('tracker', 42).at(-1) ?? '';
    const series: UsageSeriesInput = { imei: [...meters, inactive, overlooked], ...DAYS, endDate: '2026-11-17' };
    for (const path of ['ACCOUNT', 'AGGREGATED'] as const) {
      const loaded = await load({ ...series, path });
      for (const { totals, missing, errors, complete } of loaded?.groups?.[0]?.buckets ?? []) {
        expect(totals?.devices).toBe(meters.length);
        expect(missing).toEqual([overlooked]);
        expect(errors.map(({ imei }) => imei)).toEqual([inactive]);
        expect(complete).toBe(false);
      }
    }
    await world.admin.fault({ path: PATHS.aggregate, status: 409, times: 1 });
    const partly = await load({ ...series, path: 'ACCOUNT' });
    const failed = (partly?.groups?.[0]?.buckets ?? []).filter(({ totals }) => totals === null);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.errors).toMatchObject([{ imei: null }]);
  });

  test('fails as a whole if every bucket does', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 409 });
    const { data, errors } = await world.query(UsageSeriesDocument, { series: { allDevices: true, ...DAYS } });
    expect(data?.usageSeries?.plan).toMatchObject({ upstreamCalls: 5 });
    expect(data?.usageSeries?.groups).toBeNull();
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UPSTREAM_CONFLICT', 'UPSTREAM_CONFLICT']);
    expect(new Set(errors.map(({ path }) => path?.[1]))).toEqual(new Set(['groups', 'freshness']));
  });

  test('leaves a device without sessions reports in the errors of each bucket', async () => {
    const [inactive = ''] = world.devices('inactive', 1);
    const series = await load({ imei: [...meters.slice(0, 2), inactive], ...DAYS, path: 'SESSIONS' });
    const buckets = series?.groups?.[0]?.buckets.filter(({ totals }) => totals !== null) ?? [];
    expect(buckets).toHaveLength(5);
    expect(buckets.map(({ errors }) => errors.map(({ imei }) => imei))).toEqual(buckets.map(() => [inactive]));
    expect(buckets.map(({ totals }) => totals?.devices)).toEqual(buckets.map(() => 2));
  });

  test('knows the usage of a device on no day if nobody knows when one of its sessions began', async () => {
    const session = { endTime: '2026-11-17T11:00:00Z', numBytes: 5 };
    const sessions = [session, { ...session, startTime: '2026-11-17T10:00:00Z' }];
    await world.admin.fault({ path: PATHS.sessions, rawBody: JSON.stringify({ txid: 's', sessions }), times: 1 });
    const series = await load({ imei: meters.slice(0, 1), ...DAYS, endDate: '2026-11-17' });
    expect(series?.plan.path).toBe('SESSIONS');
    for (const { usage, complete } of series?.groups?.[0]?.buckets ?? []) {
      expect(usage).toMatchObject([{ bytesTransferred: null }]);
      expect(complete).toBe(false);
    }
  });

  test('begins on a day that the platform still has in whole: the earliest is named otherwise, and no call is made', async () => {
    const series = { imei: meters, granularity: 'WEEK', endDate: '2026-11-20' };
    expect(await faultsOf({ ...series, startDate: '2026-05-24' })).toMatchObject([
      {
        code: 'BAD_USER_INPUT',
        argumentPath: ['input', 'startDate'],
        message: expect.stringContaining('2026-05-25') as string,
      },
    ]);
    const whole = await load({
      imei: meters.slice(0, 1),
      startDate: '2026-05-25',
      endDate: '2026-12-31',
      granularity: 'WHOLE',
    });
    expect(whole?.groups?.[0]?.buckets[0]?.totals?.devices).toBe(1);
    await world.admin.forgetCalls();
    expect(await faultsOf({ ...series, startDate: '2026-08-01', compareTo: 'PREVIOUS_PERIOD' })).toMatchObject([
      { argumentPath: ['input', 'compareTo'] },
    ]);
    expect(await faultsOf({ ...series, startDate: '2026-11-01', compareTo: 'SAME_PERIOD_LAST_YEAR' })).toMatchObject([
      { argumentPath: ['input', 'compareTo'] },
    ]);
  });

  test.each<[string, Record<string, unknown>, (string | number)[]]>([
    ['no devices', { imei: [] }, ['input', 'imei']],
    ['days that are not', { startDate: '2026-02-30' }, ['input', 'startDate']],
    ['a date-time for a day', { endDate: '2026-11-20T00:00:00Z' }, ['input', 'endDate']],
    ['an end before the start', { endDate: '2026-11-01' }, ['input', 'endDate']],
    ['too many days', { endDate: '2029-11-01' }, ['input', 'endDate']],
    ['a cycle without its first day', { granularity: 'BILLING_CYCLE' }, ['input', 'cycleStartDay']],
    ['a cycle that starts on day 32', { granularity: 'BILLING_CYCLE', cycleStartDay: 32 }, ['input', 'cycleStartDay']],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, ['input', 'timeZone']],
    ['sessions of a whole account', { imei: [], allDevices: true, path: 'SESSIONS' }, ['input', 'path']],
    ['sessions of a group', { path: 'SESSIONS', deviceGroup: 'North depot' }, ['input', 'path']],
    ['the record, if nothing is recorded', { path: 'RECORDED' }, ['input', 'path']],
    ['no group', { groupBy: { by: 'DATA_PLAN', values: [] } }, ['input', 'groupBy', 'values']],
    ['groups of a filter', { dataPlan: 'x', groupBy: { by: 'DATA_PLAN', values: ['x'] } }, ['input', 'groupBy', 'by']],
    ['an empty group', { groupBy: { by: 'DATA_PLAN', values: [' '] } }, ['input', 'groupBy', 'values', 0]],
  ])('is rejected for %s', async (_, change, argumentPath) => {
    const faults = await faultsOf({ imei: meters, ...DAYS, ...change });
    expect(faults).toMatchObject([{ code: 'BAD_USER_INPUT', argumentPath }]);
  });

  test('has a bad argument of a field below it before any call', async () => {
    const { errors } = await world.query(
      'query ($series: UsageSeriesInput!) { usageSeries(input: $series) { groups { buckets { usage(first: 0) { imei } } } } }',
      { series: { imei: meters, ...DAYS } },
    );
    expect(errors).toMatchObject([{ path: ['usageSeries', 'groups'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await world.admin.calls(PATHS.aggregate)).toEqual([]);
  });

  test('is compared with the days before it, one by one', async () => {
    const series = { imei: meters, startDate: '2026-11-09', endDate: '2026-11-10', granularity: 'DAY' } as const;
    const before = await load({ ...series, startDate: '2026-11-07', endDate: '2026-11-08' });
    const compared = await load({ ...series, compareTo: 'PREVIOUS_PERIOD' });
    const bytesOf = (of: typeof before) =>
      of?.groups?.[0]?.buckets.map(({ totals }) => totals?.bytesTransferred ?? 0) ?? [];
    const buckets = compared?.groups?.[0]?.buckets ?? [];
    expect(buckets.map(({ previous }) => previous?.bytesTransferred)).toEqual(bytesOf(before));
    expect(buckets.map(({ previousPath }) => previousPath)).toEqual(buckets.map(() => compared?.plan.path));
    const [then = 0, thenToo = 0] = bytesOf(before);
    const [now = 0, nowToo = 0] = bytesOf(compared);
    expect(buckets.map(({ change }) => change)).toEqual([(now - then) / then, (nowToo - thenToo) / thenToo]);
  });

  // The last one, because it moves the clock.
  test('begins 180 days ago at the latest, also in a zone whose clocks were set back since', async () => {
    // It is 07:00 in New York. The 25th of May began there 179 days and 8 hours ago.
    const series = { imei: meters.slice(0, 1), timeZone: 'America/New_York', endDate: '2026-12-31' };
    for (const granularity of ['WHOLE', 'MONTH'] as const) {
      const whole = await load({ ...series, granularity, startDate: '2026-05-25' });
      expect(whole?.groups?.[0]?.buckets.every(({ errors }) => errors.length === 0)).toBe(true);
    }
    world.clock.advance(15.5 * HOUR);
    expect((await load({ ...series, granularity: 'WHOLE', startDate: '2026-05-25' }))?.groups).toHaveLength(1);
    // Half an hour before midnight, the platform no longer has the first half hour of that day.
    world.clock.advance(HOUR);
    await world.admin.forgetCalls();
    expect(await faultsOf({ ...series, granularity: 'DAY', startDate: '2026-05-25' })).toMatchObject([
      { message: expect.stringContaining('2026-05-26') as string },
    ]);
  });
});
