import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import {
  AggregatedReportDocument,
  SessionsReportDocument,
  type AggregatedReportInput,
  type SessionsReportInput,
} from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

const SETTLED = { startDate: '2026-11-01', endDate: '2026-11-10' };
const MOVING = { startDate: '2026-11-01', endDate: '2026-11-20' };
const UNSETTLED_MS = 10_000;
const DAY_MS = 86_400_000;
const STARTS_AT = '2026-11-20T12:00:00.000Z';

describe('cached reports', () => {
  let world: World;
  let meters: string[];
  beforeEach(async () => {
    world = await startWorld({
      startsAt: STARTS_AT,
      config: { cacheMaxBytes: 2 ** 22, cacheUnsettledMs: UNSETTLED_MS, batchWindowMs: 0, retries: 0 },
    });
    meters = world.devices('meter', 40);
  });
  afterEach(() => world.close());

  const ask = async (input: AggregatedReportInput, headers: Record<string, string> = {}) => {
    const { data, errors, extensions } = await world.query(AggregatedReportDocument, { input }, { headers });
    return {
      report: data?.aggregatedReport,
      errors,
      cost: extensions['upstream'] as { calls: number; cached: number },
    };
  };
  const askSessions = async (input: Omit<SessionsReportInput, 'imei'>, headers: Record<string, string> = {}) => {
    const answer = await world.query(
      SessionsReportDocument,
      { input: { imei: meters[0] ?? '', ...input } },
      { headers },
    );
    return { report: answer.data?.sessionsReport, cost: answer.extensions['upstream'] as { calls: number } };
  };
  const askedFor = async (): Promise<string[][]> =>
    (await world.admin.calls(PATHS.aggregate)).map((call) => (JSON.parse(call.body) as { imei: string[] }).imei);
  const FRESH = { 'Cache-Control': 'no-cache' };

  test('are used for any mix of devices if settled: of twenty devices, the ten cached ones need no call', async () => {
    const first = await ask({ imei: meters.slice(0, 10), ...SETTLED });
    const twenty = meters.slice(0, 20).reverse();
    const second = await ask({ imei: twenty, ...SETTLED });
    expect(second.cost).toMatchObject({ calls: 1, cached: 10 });
    expect((await askedFor()).map((imeis) => [...imeis].sort())).toEqual([
      meters.slice(0, 10).sort(),
      meters.slice(10, 20).sort(),
    ]);
    for (const usage of first.report?.usage ?? []) expect(second.report?.usage).toContainEqual(usage);
    expect(second.report?.usage).toHaveLength(20);
    world.clock.advance(6 * DAY_MS);
    expect((await ask({ imei: meters.slice(5, 15), ...SETTLED })).cost).toMatchObject({ calls: 0, cached: 10 });
  });

  test('expire after CACHE_UNSETTLED_SECONDS if they are not settled', async () => {
    const imei = meters.slice(0, 3);
    await ask({ imei, ...MOVING });
    world.clock.advance(UNSETTLED_MS);
    expect((await ask({ imei, ...MOVING })).cost).toMatchObject({ calls: 0, cached: 3 });
    world.clock.advance(1);
    expect((await ask({ imei, ...MOVING })).cost).toMatchObject({ calls: 1, cached: 0 });
  });

  test.each<[string, Omit<AggregatedReportInput, 'imei'>]>([
    ['the window starts with a constant', { startDate: 'LAST_WEEK', endDate: '2026-11-18' }],
    ['the window is a constant', { startDate: 'LAST_WEEK' }],
    ['the platform chooses the start', { endDate: '2026-11-10' }],
    ['the platform chooses the end', { startDate: '2026-11-01' }],
    ['the window ended two days ago, and not earlier', { startDate: '2026-11-01', endDate: '2026-11-18T12:00:00Z' }],
    ['a group filter is set', { ...SETTLED, deviceGroup: 'deviceGroup4' }],
    ['a label filter is set', { ...SETTLED, deviceLabel: 'deviceLabel4' }],
    ['a plan filter is set', { ...SETTLED, dataPlan: 'dataPlan2' }],
  ])('are stored, but expire, if %s', async (_, input) => {
    const imei = ['709312034493372'];
    expect((await ask({ imei, ...input })).report?.usage).toHaveLength(1);
    expect((await ask({ imei, ...input })).cost).toMatchObject({ calls: 0, cached: 1 });
    world.clock.advance(UNSETTLED_MS + 1);
    expect((await ask({ imei, ...input })).cost).toMatchObject({ calls: 1, cached: 0 });
  });

  test('are settled as soon as their window ended two days ago', async () => {
    const input = { imei: meters.slice(0, 1), startDate: '2026-11-01', endDate: '2026-11-18T12:00:00Z' };
    expect((await ask(input)).report?.freshness).toEqual({ asOf: STARTS_AT, settled: false });
    world.clock.advance(UNSETTLED_MS + 1);
    expect((await ask(input)).report?.freshness.settled).toBe(true);
    world.clock.advance(DAY_MS);
    expect((await ask(input)).cost).toMatchObject({ calls: 0, cached: 1 });
  });

  test.each([24, 48, 72])(
    'of devices are settled %d hours after their window, if SETTLE_AFTER_HOURS says so',
    async (hours) => {
      const settleAfterMs = hours * 3_600_000;
      const other = await startWorld({ simulatorOf: world, config: { settleAfterMs } });
      const query = `query ($imei: IMEI!, $endDate: ReportDate!) {
      aggregatedReport(input: { imei: [$imei], startDate: "2026-11-01", endDate: $endDate }) { freshness { settled } }
      sessionsReport(input: { imei: $imei, startDate: "2026-11-01", endDate: $endDate }) { freshness { settled } }
    }`;
      const settled = async (agoMs: number) => {
        const endDate = new Date(Date.parse(STARTS_AT) - agoMs).toISOString();
        const { data } = await other.query(query, { imei: world.devices('silent', 1)[0], endDate });
        return data as Record<string, { freshness: { settled: boolean } }>;
      };
      expect(await settled(settleAfterMs)).toMatchObject({ aggregatedReport: { freshness: { settled: false } } });
      expect(await settled(settleAfterMs + 1)).toMatchObject({ aggregatedReport: { freshness: { settled: true } } });
      // Sessions show when they ended, and need no allowance.
      expect(await settled(DAY_MS)).toMatchObject({ sessionsReport: { freshness: { settled: false } } });
      expect(await settled(DAY_MS + 1)).toMatchObject({ sessionsReport: { freshness: { settled: true } } });
      await other.close();
    },
  );

  test('of devices are fetched once more, by the first request later than seven days after the first fetch, and are final then', async () => {
    const input = { imei: meters.slice(0, 2), ...SETTLED };
    await ask(input);
    world.clock.advance(3 * DAY_MS);
    // Does not begin the seven days again.
    expect((await ask(input, FRESH)).cost).toMatchObject({ calls: 1, cached: 0 });
    world.clock.advance(4 * DAY_MS);
    expect((await ask(input)).cost).toMatchObject({ calls: 0, cached: 2 });
    world.clock.advance(1);
    const { cost, report } = await ask(input);
    expect(cost).toMatchObject({ calls: 1, cached: 0 });
    expect(report?.freshness).toEqual({ asOf: '2026-11-27T12:00:00.001Z', settled: true });
    world.clock.advance(120 * DAY_MS);
    expect((await ask(input)).cost).toMatchObject({ calls: 0, cached: 2 });
  });

  test.each([
    ['ended 24 hours before the fetch', { endTime: '2026-11-19T12:00:00Z' }, true],
    ['ended less than 24 hours before the fetch', { endTime: '2026-11-19T12:00:00.001Z' }, false],
    ['is open', {}, false],
    ['has an end that cannot be read', { endTime: 'soon' }, false],
  ])('of sessions are final or not by the sessions in them: one %s', async (_, last, settled) => {
    const closed = { startTime: '2026-11-02T10:00:00Z', endTime: '2026-11-02T11:00:00Z', numBytes: 1 };
    const sessions = [{ ...closed, endTime: undefined, ...last }, closed];
    const rawBody = JSON.stringify({ id: '1234567890', txid: 'x', sessions });
    await world.admin.fault({ path: PATHS.sessions, rawBody });
    expect((await askSessions(SETTLED)).report?.freshness).toEqual({ asOf: STARTS_AT, settled });
    expect((await askSessions(SETTLED)).cost.calls).toBe(0);
    world.clock.advance(UNSETTLED_MS + 1);
    expect((await askSessions(SETTLED)).cost.calls).toBe(settled ? 0 : 1);
    world.clock.advance(30 * DAY_MS);
    // A day after its end, a session is final. An open one never is.
    const isFinal = (last as { endTime?: string }).endTime?.startsWith('2026') === true;
    expect((await askSessions(SETTLED)).cost.calls).toBe(isFinal ? 0 : 1);
    expect((await askSessions(SETTLED)).report?.freshness.settled).toBe(isFinal);
  });

  test.each([
    ['a keyword as the week', { startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' }],
    ['a keyword as a start', { startDate: 'LAST_WEEK' }],
    ['a keyword as an end', { startDate: '2026-11-10', endDate: 'YESTERDAY' }],
    ['a start that the platform chooses', { endDate: '2026-11-20' }],
    ['an end that the platform chooses', { startDate: '2026-11-10' }],
    ['a window that the platform chooses', {}],
  ])('for %s are not used after midnight in UTC', async (_, window) => {
    world.clock.advance(Date.parse('2026-11-20T23:59:58Z') - Date.parse(STARTS_AT));
    const imei = ['709312034493372'];
    const named = { imei, ...window };
    const account = { imei: [], allDevices: true, ...window };
    const calls = async () => [
      (await ask(named)).cost.calls,
      (await ask(account)).cost.calls,
      (await askSessions(window)).cost.calls,
    ];
    expect(await calls()).toEqual([1, 1, 1]);
    world.clock.advance(1_999);
    expect(await calls()).toEqual([0, 0, 0]);
    world.clock.advance(1);
    expect(await calls()).toEqual([1, 1, 1]);
    expect(await calls()).toEqual([0, 0, 0]);
  });

  test('say when they were fetched, with the earliest time of several', async () => {
    await ask({ imei: meters.slice(0, 2), ...SETTLED });
    world.clock.advance(5_000);
    await ask({ imei: meters.slice(2, 4), ...SETTLED });
    world.clock.advance(5_000);
    const asOf = async (imei: string[]) => (await ask({ imei, ...SETTLED })).report?.freshness.asOf;
    expect(await asOf(meters.slice(2, 4))).toBe('2026-11-20T12:00:05.000Z');
    expect(await asOf(meters.slice(0, 6))).toBe(STARTS_AT);
    expect(await asOf(meters.slice(4, 6))).toBe('2026-11-20T12:00:10.000Z');
  });

  test('are fetched again for clients that send no-cache', async () => {
    const imei = meters.slice(0, 2);
    await ask({ imei, ...SETTLED });
    world.clock.advance(1_000);
    for (const header of ['no-cache', 'max-age=0, No-Cache']) {
      expect((await ask({ imei, ...SETTLED }, { 'Cache-Control': header })).cost).toMatchObject({
        calls: 1,
        cached: 0,
      });
    }
    const { report, cost } = await ask({ imei, ...SETTLED }, { 'Cache-Control': 'no-cached, only-if-cached' });
    expect([report?.freshness.asOf, cost.calls]).toEqual(['2026-11-20T12:00:01.000Z', 0]);
  });

  test('exclude devices that failed, are missing, or have incomplete usage', async () => {
    // The platform omits the 42nd tracker.
    const imei = [...meters.slice(0, 1), ...world.devices('inactive', 1), ...world.devices('tracker', 42).slice(-1)];
    await ask({ imei, ...SETTLED });
    const { report, cost } = await ask({ imei, ...SETTLED });
    expect(cost).toMatchObject({ calls: 1, cached: 1 });
    expect([report?.usage.length, report?.errors.length, report?.missing]).toEqual([1, 1, imei.slice(-1)]);

    await world.admin.fault({ path: PATHS.aggregate, status: 503, times: 1 });
    expect((await ask({ imei: [meters[5] ?? ''], ...SETTLED })).errors).toHaveLength(1);
    const rawBody = JSON.stringify({ txid: 'a', usage: [{ imei: meters[5], numberOfSessions: 1 }] });
    await world.admin.fault({ path: PATHS.aggregate, status: 200, rawBody, times: 1 });
    expect((await ask({ imei: [meters[5] ?? ''], ...SETTLED })).report?.usage).toMatchObject([
      { bytesTransferred: null },
    ]);
    expect((await ask({ imei: [meters[5] ?? ''], ...SETTLED })).cost).toMatchObject({ calls: 1, cached: 0 });
  });

  test('do not repeat the errors of their response that name no device', async () => {
    const [imei = ''] = meters;
    const rawBody = JSON.stringify({
      usage: [{ imei, numberOfSessions: 1, bytesTransferred: 2 }],
      errors: [{ errorMessage: 'broken' }],
    });
    await world.admin.fault({ path: PATHS.aggregate, rawBody, times: 1 });
    expect((await ask({ imei: [imei], ...SETTLED })).report?.errors).toMatchObject([
      { imei: null, errorMessage: 'broken' },
    ]);
    const { report, cost } = await ask({ imei: [imei], ...SETTLED });
    expect([report?.usage.length, report?.errors, cost.cached]).toEqual([1, [], 1]);
  });

  test('of sessions follow the same rules', async () => {
    await askSessions(SETTLED);
    world.clock.advance(DAY_MS);
    const again = await askSessions(SETTLED);
    expect([again.cost.calls, again.report?.freshness]).toEqual([0, { asOf: STARTS_AT, settled: true }]);
    expect((await askSessions({ ...SETTLED, durationLow: 1 })).cost.calls).toBe(1);
    expect((await askSessions(SETTLED, FRESH)).cost.calls).toBe(1);
    for (const input of [{ startDate: '2026-11-15' }, { startDate: 'LAST_WEEK', endDate: '2026-11-10' }]) {
      expect((await askSessions(input)).cost.calls).toBe(1);
      expect((await askSessions(input)).cost.calls).toBe(0);
      world.clock.advance(UNSETTLED_MS + 1);
      expect((await askSessions(input)).cost.calls).toBe(1);
    }
  });

  test('of a whole account expire even if settled, because its devices can change', async () => {
    const input = { imei: [], allDevices: true, ...SETTLED };
    expect((await ask(input)).cost).toMatchObject({ calls: 1, cached: 0 });
    expect((await ask(input)).cost).toMatchObject({ calls: 0, cached: 1 });
    expect((await ask(input, FRESH)).cost).toMatchObject({ calls: 1, cached: 0 });
    world.clock.advance(UNSETTLED_MS + 1);
    expect((await ask(input)).cost).toMatchObject({ calls: 1, cached: 0 });
  });
});
