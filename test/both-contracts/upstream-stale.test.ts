import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { AggregatedReportDocument, SessionsReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

const STARTS_AT = '2026-11-20T12:00:00.000Z';
const MOVING = { startDate: '2026-11-01', endDate: '2026-11-20' };
const FRESH = { headers: { 'Cache-Control': 'no-cache' } };
const HOUR_MS = 3_600_000;

describe('stale reports', { timeout: 60_000 }, () => {
  let world: World;
  let meters: string[];

  beforeEach(async () => {
    world = await startWorld({
      startsAt: STARTS_AT,
      config: { cacheMaxBytes: 2 ** 22, cacheUnsettledMs: 10_000, batchWindowMs: 0 },
    });
    meters = world.devices('meter', 40);
  });
  afterEach(() => world.close());

  const sessions = async (imei = meters[0] ?? '', init: RequestInit = {}) => {
    const answer = await world.query(SessionsReportDocument, { input: { imei, ...MOVING } }, init);
    return { ...answer, report: answer.data?.sessionsReport };
  };
  const usage = async (input: { imei: string[]; allDevices?: boolean }, init: RequestInit = {}) => {
    const answer = await world.query(AggregatedReportDocument, { input: { ...MOVING, ...input } }, init);
    return { ...answer, report: answer.data?.aggregatedReport };
  };
  const devices = (from: number, to: number) => ({ imei: meters.slice(from, to) });
  /** Fails all calls until the breaker is open. */
  const breakDown = async (): Promise<void> => {
    await world.admin.fault({ status: 503 });
    for (let from = 20; from < 40; from += 1) await sessions(meters[from]);
    await world.admin.forgetCalls();
  };
  const recover = async (): Promise<void> => {
    await world.admin.endFaults();
    world.clock.advance(10_000);
  };
  const toWarning = (asOf: string) => ({
    code: 'STALE_FIGURES',
    message: `The platform cannot be called at the moment, so the response contains cached usage, the oldest fetched at ${asOf}. Try again later for newer usage.`,
  });

  test('are served while the breaker is open, with a warning and their age, until the platform works again', async () => {
    const before = await sessions();
    world.clock.advance(HOUR_MS);
    await breakDown();
    const { report, errors, extensions } = await sessions();
    expect(errors).toEqual([]);
    expect(report).toEqual(before.report);
    expect(report?.freshness).toEqual({ asOf: STARTS_AT, settled: false });
    expect(extensions['warnings']).toEqual([toWarning(STARTS_AT)]);
    expect(extensions['upstream']).toMatchObject({ calls: 0, cached: 1, retried: 0 });
    await recover();
    const after = await sessions();
    expect(after.report?.freshness.asOf).toBe(new Date(world.clock.now()).toISOString());
    expect(after.extensions['warnings']).toBe(undefined);
  });

  test('of devices are served one by one, and devices never fetched fail alone', async () => {
    await usage(devices(0, 5));
    world.clock.advance(HOUR_MS);
    await usage(devices(5, 10));
    world.clock.advance(HOUR_MS);
    await breakDown();
    const { report, errors, extensions } = await usage(devices(0, 12));
    expect(errors).toEqual([]);
    expect(report?.usage.map(({ imei }) => imei).sort()).toEqual(meters.slice(0, 10).sort());
    expect(report?.errors.map(({ imei }) => imei).sort()).toEqual(meters.slice(10, 12).sort());
    expect(report?.errors[0]?.errorMessage).toMatch(/^The platform keeps failing, so calls to it are paused/);
    expect(report?.freshness.asOf).toBe(STARTS_AT);
    expect(extensions['warnings']).toEqual([toWarning(STARTS_AT)]);
    expect(extensions['upstream']).toMatchObject({ calls: 0, cached: 10 });
    expect(await world.admin.calls(PATHS.aggregate)).toEqual([]);
  });

  test('of a whole account are served, too', async () => {
    const before = await usage({ imei: [], allDevices: true });
    world.clock.advance(HOUR_MS);
    await breakDown();
    const { report, extensions } = await usage({ imei: [], allDevices: true });
    expect(report).toEqual(before.report);
    expect(extensions['warnings']).toEqual([toWarning(STARTS_AT)]);
  });

  test('cause one warning per operation, with the time of the oldest', async () => {
    const query = `query ($first: IMEI!, $other: IMEI!) {
      first: device(imei: $first) { sessionsReport(startDate: "2026-11-01", endDate: "2026-11-20") { deviceId } }
      other: device(imei: $other) { usage(startDate: "2026-11-01", endDate: "2026-11-20") { bytesTransferred } }
    }`;
    const variables = { first: meters[0], other: meters[1] };
    await usage(devices(1, 2));
    world.clock.advance(HOUR_MS);
    await sessions();
    world.clock.advance(HOUR_MS);
    await breakDown();
    const { errors, extensions } = await world.query(query, variables);
    expect(errors).toEqual([]);
    expect(extensions['warnings']).toEqual([toWarning(STARTS_AT)]);
  });

  test('are not served to clients that send no-cache', async () => {
    await sessions();
    await usage(devices(0, 5));
    world.clock.advance(HOUR_MS);
    await breakDown();
    for (const { errors } of [await sessions(meters[0], FRESH), await usage(devices(0, 5), FRESH)]) {
      expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    }
  });

  test('are not served while calls are sent and fail', async () => {
    await sessions();
    world.clock.advance(HOUR_MS);
    await world.admin.fault({ status: 503 });
    expect((await sessions()).errors[0]?.extensions).toMatchObject({ upstream: { status: 503 } });
  });

  test('are served while sign-in pauses, but not if the credentials are rejected', async () => {
    await sessions();
    world.clock.advance(HOUR_MS);
    await world.admin.expire('all');
    await world.admin.fault({ path: PATHS.login, status: 504, times: 1 });
    expect((await sessions()).errors).toHaveLength(1);
    expect((await sessions()).extensions['warnings']).toEqual([toWarning(STARTS_AT)]);
    world.clock.advance(60_000);
    await world.admin.signIn({ password: 'another' });
    for (let times = 0; times < 3; times += 1) {
      expect((await sessions()).errors[0]?.extensions).toMatchObject({ code: 'SIGN_IN_REFUSED' });
    }
  });

  test('expire after a day', async () => {
    await sessions();
    world.clock.advance(25 * HOUR_MS);
    await breakDown();
    expect((await sessions()).errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test('are not taken for fresh ones if the system clock is set back', async () => {
    await sessions();
    world.clock.setTimeOfDay('2026-11-20T00:00:00Z');
    world.clock.advance(10_001);
    await world.admin.forgetCalls();
    expect((await sessions()).errors).toEqual([]);
    expect(await world.admin.calls(PATHS.sessions)).toHaveLength(1);
  });
});
