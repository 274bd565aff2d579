import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const QUERY = `query ($imei: [IMEI!]!, $granularity: UsageGranularity!, $startDate: Date = "2026-11-09") {
  devices(imei: $imei) {
    imei
    usageSeries(startDate: $startDate, endDate: "2026-11-12", granularity: $granularity, timeZone: "America/New_York") {
      start end totals { devices bytesTransferred } errors { imei }
    }
  }
}`;

describe('the series of a device', () => {
  let world: World;
  let meters: string[];
  beforeAll(async () => {
    world = await startWorld({ config: { maxUpstreamCalls: 25, batchWindowMs: 0 } });
    meters = world.devices('meter', 25);
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  const sumOf = (data: unknown): number[] =>
    (data as { devices: { usageSeries: { totals: { bytesTransferred: number } }[] }[] }).devices.map(
      ({ usageSeries }) => usageSeries.reduce((sum, { totals }) => sum + totals.bytesTransferred, 0),
    );

  test('takes a call per device for several buckets, and one per ten devices for one, with the same bytes', async () => {
    const daily = await world.query(QUERY, { imei: meters, granularity: 'DAY' });
    expect(daily.errors).toEqual([]);
    expect(await world.admin.calls(PATHS.sessions)).toHaveLength(25);
    const whole = await world.query(QUERY, { imei: meters, granularity: 'WHOLE' });
    expect(whole.errors).toEqual([]);
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(3);
    expect(sumOf(whole.data)).toEqual(sumOf(daily.data));
    expect(whole.data).toMatchObject({
      devices: meters.map((imei) => ({
        imei,
        usageSeries: [{ start: '2026-11-09T05:00:00.000Z', end: '2026-11-13T04:59:59.999Z' }],
      })),
    });
  });

  test('counts in the budget of its operation', async () => {
    const imei = world.devices('meter', 26);
    const { status, errors } = await world.query(QUERY, { imei, granularity: 'DAY' });
    expect([status, errors[0]?.extensions]).toMatchObject([400, { code: 'BUDGET_EXCEEDED', cost: 26, limit: 25 }]);
    expect(await world.admin.calls()).toEqual([]);
  });

  test('is there for entities of other subgraphs', async () => {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Device { usageSeries(startDate: "2026-11-09", endDate: "2026-11-12", granularity: WHOLE) { totals { devices } } } } }`;
    const representations = meters.slice(0, 10).map((imei) => ({ __typename: 'Device', imei }));
    const { data, errors } = await world.query(query, { representations });
    expect(errors).toEqual([]);
    expect(data).toEqual({ _entities: representations.map(() => ({ usageSeries: [{ totals: { devices: 1 } }] })) });
    expect(await world.admin.calls(PATHS.aggregate)).toHaveLength(1);
  });

  test('fails alone for a device that the platform does not know', async () => {
    const [inactive = ''] = world.devices('inactive', 1);
    const { data, errors } = await world.query(QUERY, { imei: [meters[0], inactive], granularity: 'DAY' });
    expect(data).toMatchObject({ devices: [{ usageSeries: [{}, {}, {}, {}] }, { usageSeries: null }] });
    expect(errors).toMatchObject([{ path: ['devices', 1, 'usageSeries'], extensions: { code: 'UPSTREAM_NOT_FOUND' } }]);
  });

  test.each([
    ['days that the platform no longer has', { startDate: '2026-05-01', granularity: 'WEEK' }, ['startDate']],
    ['billing cycles', { granularity: 'BILLING_CYCLE' }, ['granularity']],
  ])('is rejected for %s, before any call', async (_, change, argumentPath) => {
    const { errors } = await world.query(QUERY, { imei: meters.slice(0, 1), ...change });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
    expect(await world.admin.calls()).toEqual([]);
  });

  test('is made for no more devices than an operation may compute with, even if all its days lie in the future', async () => {
    const imei = Array.from({ length: 3_000 }, (_, at) => String(350_000_000_000_000 + at));
    const query = `query ($imei: [IMEI!]!) { devices(imei: $imei) {
      usageSeries(startDate: "2027-01-01", endDate: "2028-12-31", granularity: DAY) { start complete } } }`;
    const { data, errors } = await world.query(query, { imei });
    expect((data as { devices: unknown[] }).devices).toHaveLength(3_000);
    expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(
      new Set(['BUDGET_EXCEEDED', 'MORE_ERRORS']),
    );
    expect(await world.admin.calls()).toEqual([]);
  });
});
