import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageSeriesPriceDocument, UsageSeriesDocument, type UsageSeriesInput } from '../support/graphql/graphql.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World, type WorldOptions } from '../support/world/world.ts';
import { DAY } from '../truth/calendar.ts';

const DEVICES = 1_000;
const IMEIS = Array.from({ length: DEVICES }, (_, at) => String(350_000_000_000_000 + at));
/** Thirty days that ended ten days ago. */
const SETTLED = { startDate: '2026-10-12', endDate: '2026-11-10', granularity: 'DAY' } as const;

describe('the plan of a series', () => {
  let platform: RecordingPlatform;
  const worlds: World[] = [];

  const open = async (config: WorldOptions['config'] = {}): Promise<World> => {
    const world = await startWorld({ config: { baseUrl: platform.url, batchWindowMs: 0, ...config } });
    worlds.push(world);
    return world;
  };
  /** An account with these devices, whose usage is their number in the list, or the devices that a call names. */
  const answerOf = (imeis: readonly string[]): void => {
    const positions = new Map(imeis.map((imei, at) => [imei, at]));
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const { imei: named } = JSON.parse(request.body.toString()) as { imei: string[] };
      const rows = (named.length === 0 ? imeis : named).map((imei) => ({
        imei,
        numberOfSessions: 1,
        bytesTransferred: positions.get(imei),
      }));
      answerWith({ txid: 't', usage: rows })(response, request);
    });
  };
  const countCalls = (): number => {
    const { length } = platform.requests.filter(({ path }) => path.includes('/report/'));
    platform.requests.length = 0;
    return length;
  };

  beforeEach(async () => {
    platform = await startRecordingPlatform();
    answerOf(IMEIS);
    platform.onRequest(PATHS.sessions, answerWith({ txid: 's', sessions: [] }));
  });
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.close()));
    await platform.close();
  });

  const priceOf = async (world: World, series: UsageSeriesInput) => {
    const { data, errors } = await world.query(UsageSeriesPriceDocument, { series });
    expect(errors).toEqual([]);
    return data?.usageSeries?.plan;
  };
  const load = async (world: World, series: UsageSeriesInput) => {
    const { data, errors } = await world.query(UsageSeriesDocument, { series });
    expect(errors).toEqual([]);
    return data?.usageSeries;
  };

  test('costs no call by itself', async () => {
    const world = await open();
    expect(await priceOf(world, { imei: IMEIS, ...SETTLED })).toMatchObject({ path: 'ACCOUNT', upstreamCalls: 30 });
    const { data, errors } = await world.query(
      `query ($imei: [IMEI!]!) {
        billingCycle(input: { imei: $imei, cycleStartDay: 1 }) { start end daysLeft plan { path upstreamCalls } }
        usageChanges(input: { imei: $imei, startDate: "2026-11-01", endDate: "2026-11-07" }) { plan { path upstreamCalls } }
      }`,
      { imei: IMEIS.slice(0, 25) },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      billingCycle: {
        start: '2026-11-01',
        end: '2026-11-30',
        daysLeft: 10,
        plan: { path: 'ACCOUNT', upstreamCalls: 20 },
      },
      usageChanges: { plan: { path: 'ACCOUNT', upstreamCalls: 2 } },
    });
    expect(platform.requests).toEqual([]);
  });

  test('chooses the path with the fewest calls, and lists the others by their prices', async () => {
    const world = await open();
    const [one = '', ...others] = IMEIS;
    expect(await priceOf(world, { imei: [one], ...SETTLED })).toEqual({
      path: 'SESSIONS',
      upstreamCalls: 1,
      fromStore: 0,
      withinBudget: true,
      alternatives: [
        { path: 'AGGREGATED', upstreamCalls: 30, withinBudget: true },
        { path: 'ACCOUNT', upstreamCalls: 30, withinBudget: true },
      ],
    });
    expect(await priceOf(world, { imei: others.slice(0, 10), ...SETTLED, granularity: 'WHOLE' })).toMatchObject({
      path: 'AGGREGATED',
      upstreamCalls: 1,
    });
    expect(await priceOf(world, { imei: IMEIS, ...SETTLED })).toEqual({
      path: 'ACCOUNT',
      upstreamCalls: 30,
      fromStore: 0,
      withinBudget: true,
      alternatives: [
        { path: 'SESSIONS', upstreamCalls: 1_000, withinBudget: false },
        { path: 'AGGREGATED', upstreamCalls: 3_000, withinBudget: false },
      ],
    });
    expect(await priceOf(world, { allDevices: true, ...SETTLED })).toMatchObject({
      path: 'ACCOUNT',
      alternatives: [],
    });
  });

  test('is what a thousand devices over thirty days cost: thirty calls, then none, and four a day later', async () => {
    const world = await open({ cacheMaxBytes: 64 * 2 ** 20 });
    const series = { imei: IMEIS, ...SETTLED };
    const first = await load(world, series);
    expect(countCalls()).toBe(30);
    expect(first?.plan).toMatchObject({ path: 'ACCOUNT', upstreamCalls: 30, fromStore: 0 });
    expect(first?.groups?.[0]?.buckets).toHaveLength(30);
    expect(first?.groups?.[0]?.buckets[0]?.totals).toMatchObject({
      devices: DEVICES,
      bytesTransferred: (DEVICES * (DEVICES - 1)) / 2,
    });

    const again = await load(world, series);
    expect(countCalls()).toBe(0);
    expect(again?.plan).toMatchObject({ upstreamCalls: 0, fromStore: 30 });
    expect(again?.groups).toEqual(first?.groups);

    const rolling = (daysLater: number) => ({
      imei: IMEIS,
      granularity: 'DAY' as const,
      startDate: new Date(Date.parse('2026-10-22') + daysLater * DAY).toISOString().slice(0, 10),
      endDate: new Date(Date.parse('2026-11-20') + daysLater * DAY).toISOString().slice(0, 10),
    });
    await load(world, rolling(0));
    countCalls();
    world.clock.advance(DAY);
    const nextDay = await load(world, rolling(1));
    const calls = countCalls();
    expect(nextDay?.plan.upstreamCalls).toBe(calls);
    expect(calls).toBeLessThanOrEqual(4);
  });

  test('makes no call if it exceeds the budget, and says what would be within it', async () => {
    const world = await open({ maxUpstreamCalls: 20 });
    const { status, data, errors } = await world.query(UsageSeriesDocument, {
      series: { imei: IMEIS.slice(0, 25), ...SETTLED, path: 'AGGREGATED' },
    });
    expect(status).toBe(200);
    expect(data?.usageSeries).toEqual({
      plan: {
        path: 'AGGREGATED',
        upstreamCalls: 90,
        fromStore: 0,
        withinBudget: false,
        alternatives: [
          { path: 'SESSIONS', upstreamCalls: 25, withinBudget: false },
          { path: 'ACCOUNT', upstreamCalls: 30, withinBudget: false },
        ],
      },
      groups: null,
      freshness: null,
    });
    const exceeded = { code: 'BUDGET_EXCEEDED', cost: 90, limit: 20 };
    expect(errors.map(({ extensions: { code, cost, limit } }) => ({ code, cost, limit }))).toEqual([
      exceeded,
      exceeded,
    ]);
    expect(new Set(errors.map(({ path }) => path?.[1]))).toEqual(new Set(['groups', 'freshness']));
    expect(platform.requests).toEqual([]);
  });

  test('counts with the other fields of its operation, what both ask for once', async () => {
    const world = await open({ maxUpstreamCalls: 2 });
    const [start, end] = ['2026-11-01T00:00:00.000Z', '2026-11-01T23:59:59.999Z'];
    const query = (days: string): string => `query ($imei: [IMEI!]!) {
      usageSeries(input: { imei: $imei, startDate: "2026-11-01", endDate: "${days}", granularity: DAY, path: AGGREGATED }) { groups { key } }
      aggregatedReport(input: { imei: $imei, startDate: "${start}", endDate: "${end}" }) { txid }
    }`;
    const imei = IMEIS.slice(0, 10);
    expect((await world.query(query('2026-11-02'), { imei })).errors).toEqual([]);
    expect(countCalls()).toBe(2);
    const { status, errors } = await world.query(query('2026-11-02').replace(end, '2026-11-01T23:59:59.998Z'), {
      imei,
    });
    expect([status, errors[0]?.extensions['cost']]).toEqual([400, 3]);
  });

  test('plans no more calls for an account whose answer was too large, and the error says so', async () => {
    const world = await open({ cacheMaxBytes: 64 * 2 ** 20 });
    platform.onRequest(PATHS.aggregate, answerWith(`{"txid":"t","usage":[]${' '.repeat(9 * 2 ** 20)}}`));
    const series = { imei: IMEIS.slice(0, 25), ...SETTLED, granularity: 'WHOLE' } as const;
    expect(await priceOf(world, series)).toMatchObject({ path: 'ACCOUNT', upstreamCalls: 1 });
    const { data, errors } = await world.query(UsageSeriesDocument, { series });
    expect(data?.usageSeries?.groups).toBeNull();
    expect(errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
    expect(errors[0]?.message).toMatch(/over the size limit/);
    expect(await priceOf(world, series)).toMatchObject({ path: 'AGGREGATED', upstreamCalls: 3 });
    expect(await priceOf(world, { allDevices: true, ...SETTLED })).toMatchObject({
      path: 'ACCOUNT',
      withinBudget: false,
    });
  });

  test('expects answers as long as the last one, and asks for nothing if they would not fit', async () => {
    const world = await open({ maxUpstreamBytes: 200_000 });
    const day = { imei: IMEIS, ...SETTLED, endDate: SETTLED.startDate } as const;
    expect(await priceOf(world, { ...day, endDate: '2026-10-14' })).toMatchObject({ withinBudget: true });
    await load(world, day);
    countCalls();
    expect(await priceOf(world, { ...day, endDate: '2026-10-14' })).toMatchObject({
      path: 'ACCOUNT',
      withinBudget: false,
    });
    const { errors } = await world.query(UsageSeriesDocument, { series: { ...day, endDate: '2026-10-14' } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BUDGET_EXCEEDED', limit: 200_000 });
    expect(platform.requests).toEqual([]);
  });

  test('has 30 days of 10,000 devices in 30 calls within the default limits, if its parts are asked for first', async () => {
    const world = await open({ cacheMaxBytes: 64 * 2 ** 20 });
    answerOf(Array.from({ length: 10_000 }, (_, at) => String(350_000_000_000_000 + at)));
    const series = { allDevices: true, ...SETTLED } as const;
    const ask = async (days: Partial<UsageSeriesInput>) => {
      const query =
        'query ($series: UsageSeriesInput!) { usageSeries(input: $series) { plan { upstreamCalls } groups { buckets { complete totals { devices } } } } }';
      const { data, errors } = await world.query(query, { series: { ...series, ...days } });
      return { data, errors, calls: countCalls() };
    };
    expect(await ask({ endDate: '2026-10-26' })).toMatchObject({ errors: [], calls: 15 });
    expect(await ask({})).toMatchObject({ errors: [], calls: 15 });
    const { data, errors, calls } = await ask({});
    expect([errors, calls]).toEqual([[], 0]);
    expect(data).toEqual({
      usageSeries: {
        plan: { upstreamCalls: 0 },
        groups: [{ buckets: Array.from({ length: 30 }, () => ({ complete: true, totals: { devices: 10_000 } })) }],
      },
    });
  });

  test('is asked again for everything if the request accepts nothing from the cache', async () => {
    const world = await open({ cacheMaxBytes: 64 * 2 ** 20 });
    const series = { imei: IMEIS.slice(0, 5), ...SETTLED, endDate: '2026-10-14', path: 'AGGREGATED' } as const;
    await load(world, series);
    const init = { headers: { 'Cache-Control': 'no-cache' } };
    const { data } = await world.query(UsageSeriesPriceDocument, { series }, init);
    expect(data?.usageSeries?.plan).toMatchObject({ upstreamCalls: 3, fromStore: 0 });
    expect(await priceOf(world, series)).toMatchObject({ upstreamCalls: 0, fromStore: 3 });
    expect(await priceOf(world, { ...series, imei: IMEIS.slice(0, 12), endDate: '2026-10-15' })).toMatchObject({
      upstreamCalls: 3 + 2,
      fromStore: 0,
    });
  });

  test('is rejected if the series of an operation take too long to plan, and no call is made', async () => {
    const world = await open();
    const days =
      'startDate: "2026-06-01", endDate: "2026-11-01", granularity: DAY, groupBy: { by: DATA_PLAN, values: ["a", "b", "c"] }';
    const query = (count: number): string =>
      `{ ${Array.from({ length: count }, (_, at) => `s${at}: usageSeries(input: { allDevices: true, ${days} }) { plan { upstreamCalls } }`).join(' ')} }`;
    expect((await world.query(query(5))).errors).toEqual([]);
    const { errors } = await world.query(query(20));
    expect(errors.length).toBeGreaterThan(5);
    expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['BUDGET_EXCEEDED']));
    expect(platform.requests).toEqual([]);
  });
});
