import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS, type PlatformCall } from '../support/world/admin.ts';
import { SessionsReportDocument, type SessionsReportQuery } from '../support/graphql/graphql.ts';
import { createPlatformClient, type WireSession } from '../support/world/simulator-client.ts';
import { startWorld, type World } from '../support/world/world.ts';

type Report = NonNullable<SessionsReportQuery['sessionsReport']>;

const EXAMPLE = '709312034493372';
const LAST_WEEK = { startDate: '2026-11-11', endDate: '2026-11-17' };

describe('a sessions report', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.admin.endFaults();
    await world.admin.forgetCalls();
  });

  const ask = async (input: { imei: string; [name: string]: unknown }): Promise<Report> => {
    const answer = await world.query(SessionsReportDocument, { input, timeZone: 'UTC' });
    expect(answer.errors).toEqual([]);
    if (answer.data?.sessionsReport == null) throw new Error('no report');
    return answer.data.sessionsReport;
  };
  const onlyCall = async (): Promise<PlatformCall & { readonly fields: Record<string, unknown> }> => {
    const [call, ...more] = await world.admin.calls(PATHS.sessions);
    if (call === undefined || more.length > 0) throw new Error(`${1 + more.length} calls`);
    return { ...call, fields: JSON.parse(call.body) as Record<string, unknown> };
  };
  const platform = async (imei: string, fields: Record<string, string>): Promise<WireSession[]> =>
    (
      (
        await createPlatformClient(world.simulator).report(
          'sessions',
          { imei, ...fields },
          { accountNumber: world.simulator.accountNumber, imei, ...fields },
        )
      ).json as { sessions?: WireSession[] }
    ).sessions ?? [];

  test('returns every field as the platform reports it', async () => {
    const [imei = ''] = world.devices('tracker', 1);
    const reported = await platform(imei, LAST_WEEK);
    const report = await ask({ imei, ...LAST_WEEK });
    expect(reported.length).toBeGreaterThan(50);
    expect(report.sessions.map(({ startTime, endTime, numBytes }) => ({ startTime, endTime, numBytes }))).toEqual(
      reported,
    );
    expect(report.sessions.map(({ durationSeconds }) => durationSeconds)).toEqual(
      reported.map((each) => Math.round((Date.parse(each.endTime ?? '') - Date.parse(each.startTime)) / 1000)),
    );
    expect(report.totals).toEqual({
      numberOfSessions: reported.length,
      numBytes: reported.reduce((sum, each) => sum + each.numBytes, 0),
      durationSeconds: report.sessions.reduce((sum, each) => sum + (each.durationSeconds ?? 0), 0),
    });
    expect(report.deviceId).toBe(world.simulator.fleet.find((device) => device.imei === imei)?.id);
    expect(report.txid).toMatch(/^[0-9a-f-]{36}$/);
    expect(report.device).toEqual({ imei, accountNumber: world.simulator.accountNumber });
    expect(report.freshness).toEqual({ asOf: '2026-11-20T12:00:00.000Z', settled: true });
  });

  test('of a device without a session is empty, and so is each of its days', async () => {
    const [imei = ''] = world.devices('silent', 1);
    const report = await ask({ imei, ...LAST_WEEK });
    expect(report.sessions).toEqual([]);
    expect(report.totals).toEqual({ numberOfSessions: 0, numBytes: 0, durationSeconds: 0 });
    expect(report.daily).toHaveLength(7);
    expect(report.daily.every((day) => day.numberOfSessions === 0 && day.numBytes === 0)).toBe(true);
  });

  test.each([
    ['dates', LAST_WEEK],
    ['date-times', { startDate: '2026-11-11T08:30:00Z', endDate: '2026-11-17T20:00:00.5+02:00' }],
    ['a constant', { startDate: 'LAST_WEEK', endDate: 'LAST_WEEK' }],
    ['a start alone', { startDate: '2026-11-11' }],
    ['an end alone', { endDate: '2026-11-17' }],
    ['no dates', {}],
  ])('sends the window unchanged, and nothing more: %s', async (_, window) => {
    const report = await ask({ imei: EXAMPLE, ...window });
    const { fields } = await onlyCall();
    expect(fields).toEqual({ accountNumber: world.simulator.accountNumber, imei: EXAMPLE, ...window });
    expect(report.sessions.length).toBeGreaterThan(0);
  });

  test('treats null as left out, and sends the requested account', async () => {
    await ask({
      imei: EXAMPLE,
      startDate: null,
      endDate: null,
      durationLow: null,
      durationHigh: null,
      accountNumber: null,
    });
    expect((await onlyCall()).fields).toEqual({ accountNumber: world.simulator.accountNumber, imei: EXAMPLE });
    await world.admin.forgetCalls();
    const other = await world.query(SessionsReportDocument, {
      input: { imei: EXAMPLE, accountNumber: '0742644905-00001' },
    });
    expect((await onlyCall()).fields).toEqual({ accountNumber: '0742644905-00001', imei: EXAMPLE });
    expect(other.errors).toMatchObject([{ path: ['sessionsReport'], extensions: { code: 'UPSTREAM_CONFLICT' } }]);
  });

  test('returns the sessions between the two durations, and accepts 0', async () => {
    const [imei = ''] = world.devices('tracker', 1);
    const all = await ask({ imei, ...LAST_WEEK });
    const lasting = (low: number, high: number): number =>
      all.sessions.filter(({ durationSeconds }) => (durationSeconds ?? 0) > low && (durationSeconds ?? 0) < high)
        .length;
    await world.admin.forgetCalls();
    const some = await ask({ imei, ...LAST_WEEK, durationLow: 600, durationHigh: 1_200 });
    expect((await onlyCall()).fields).toMatchObject({ durationLow: 600, durationHigh: 1_200 });
    expect(some.totals.numberOfSessions).toBeGreaterThanOrEqual(lasting(600, 1_200));
    expect(some.totals.numberOfSessions).toBeLessThan(all.totals.numberOfSessions);
    await world.admin.forgetCalls();
    expect((await ask({ imei, ...LAST_WEEK, durationLow: 0, durationHigh: 0 })).sessions).toEqual([]);
    expect((await onlyCall()).fields).toMatchObject({ durationLow: 0, durationHigh: 0 });
  });

  test('counts an open session with its bytes so far and no duration, and not as incomplete', async () => {
    const cameras = await Promise.all(
      world.devices('camera', 10).map((imei) => ask({ imei, startDate: '2026-11-20', endDate: '2026-11-20' })),
    );
    const open = cameras.filter(({ sessions }) => sessions.some(({ endTime }) => endTime === null));
    expect(open.length).toBeGreaterThan(0);
    for (const { sessions, totals, daily } of open) {
      const unended = sessions.filter(({ endTime }) => endTime === null);
      expect(unended.map(({ durationSeconds }) => durationSeconds)).toEqual([null]);
      expect(totals.numberOfSessions).toBe(sessions.length);
      expect(totals.numBytes).toBe(sessions.reduce((sum, { numBytes }) => sum + (numBytes ?? 0), 0));
      expect(totals.durationSeconds).toBe(
        sessions.reduce((sum, { durationSeconds }) => sum + (durationSeconds ?? 0), 0),
      );
      expect(daily.at(-1)?.numberOfSessions).toBe(totals.numberOfSessions);
    }
    const { data } = await world.query(
      `query ($imei: IMEI!) { sessionsReport(input: { imei: $imei, startDate: "2026-11-20" }) { totals { incompleteSessions } } }`,
      { imei: open[0]?.device.imei },
    );
    expect(data).toEqual({ sessionsReport: { totals: { incompleteSessions: 0 } } });
  });

  test('adds up to the aggregated usage of the same window, for every kind of device', async () => {
    const { query } = world;
    for (const kind of ['meter', 'tracker', 'camera', 'silent'] as const) {
      for (const window of [LAST_WEEK, { startDate: '2026-11-19T23:30:00Z', endDate: '2026-11-20T11:00:00Z' }, {}]) {
        const [imei = ''] = world.devices(kind, 1);
        const { data, errors } = await query(
          `query ($imei: IMEI!, $startDate: ReportDate, $endDate: ReportDate) {
            sessionsReport(input: { imei: $imei, startDate: $startDate, endDate: $endDate }) { totals { numberOfSessions numBytes } }
            aggregatedReport(input: { imei: [$imei], startDate: $startDate, endDate: $endDate }) {
              usage { numberOfSessions bytesTransferred }
            }
          }`,
          { imei, ...window },
        );
        expect(errors).toEqual([]);
        const { sessionsReport, aggregatedReport } = data as {
          sessionsReport: { totals: { numberOfSessions: number; numBytes: number } };
          aggregatedReport: { usage: unknown[] };
        };
        const { numberOfSessions, numBytes } = sessionsReport.totals;
        expect(aggregatedReport.usage).toEqual([{ numberOfSessions, bytesTransferred: numBytes }]);
      }
    }
  });

  test('of an inactive or unknown device is null with an UPSTREAM_NOT_FOUND error', async () => {
    const [inactive = ''] = world.devices('inactive', 1);
    for (const imei of [inactive, '000000000000000']) {
      const answer = await world.query(SessionsReportDocument, { input: { imei } });
      expect(answer.data).toEqual({ sessionsReport: null });
      expect(answer.errors).toMatchObject([
        { path: ['sessionsReport'], extensions: { code: 'UPSTREAM_NOT_FOUND', upstream: { status: 404 } } },
      ]);
    }
  });

  test('that is requested under two aliases and through its device is one call', async () => {
    const { data, errors } = await world.query(
      `query ($imei: IMEI!) {
        a: sessionsReport(input: { imei: $imei, startDate: "2026-11-11" }) { txid }
        b: sessionsReport(input: { imei: $imei, startDate: "2026-11-11", endDate: null }) { txid }
        device(imei: $imei) { sessionsReport(startDate: "2026-11-11") { txid device { sessionsReport(startDate: "2026-11-11") { txid } } } }
      }`,
      { imei: EXAMPLE },
    );
    expect(errors).toEqual([]);
    await onlyCall();
    const { a, b, device } = data as { a: unknown; b: unknown; device: { sessionsReport: object } };
    expect(b).toEqual(a);
    expect(device.sessionsReport).toEqual({ ...(a as object), device: { sessionsReport: a } });
  });
});

describe('the freshness of a sessions report', () => {
  test('is settled from a day after the end of its window, to the millisecond', async () => {
    const world = await startWorld({ startsAt: '2026-11-18T23:59:59.999Z' });
    const settled = async (endDate?: string): Promise<unknown> => {
      const input = { imei: EXAMPLE, ...(endDate === undefined ? {} : { endDate }) };
      const { data } = await world.query(SessionsReportDocument, { input });
      return data?.sessionsReport?.freshness;
    };
    const asOf = '2026-11-18T23:59:59.999Z';
    expect(await settled('2026-11-17')).toEqual({ asOf, settled: false });
    expect(await settled('2026-11-16')).toEqual({ asOf, settled: true });
    expect(await settled('2026-11-17T23:59:59.999Z')).toEqual({ asOf, settled: false });
    expect(await settled('2026-11-17T23:59:59.998Z')).toEqual({ asOf, settled: true });
    expect(await settled('2026-11-18T01:59:59.998+02:00')).toEqual({ asOf, settled: true });
    expect(await settled('YESTERDAY')).toEqual({ asOf, settled: false });
    expect(await settled()).toEqual({ asOf, settled: false });
    world.clock.advance(1);
    expect(await settled('2026-11-17')).toEqual({ asOf: '2026-11-19T00:00:00.000Z', settled: true });
    await world.close();
  });

  test('is settled later by the larger of its durations, because an open session that it leaves out can be added until then', async () => {
    const asOf = '2026-11-18T12:00:00.000Z';
    const world = await startWorld({ startsAt: asOf });
    const settled = async (endDate: string, bounds: { durationLow?: number; durationHigh?: number }) => {
      const { data } = await world.query(SessionsReportDocument, { input: { imei: EXAMPLE, endDate, ...bounds } });
      return data?.sessionsReport?.freshness;
    };
    for (const bounds of [
      { durationLow: 3_600 },
      { durationHigh: 3_600 },
      { durationLow: 1_800, durationHigh: 3_600 },
    ]) {
      expect(await settled('2026-11-17T11:00:00Z', bounds)).toEqual({ asOf, settled: false });
      expect(await settled('2026-11-17T10:59:59.999Z', bounds)).toEqual({ asOf, settled: true });
    }
    await world.close();
  });
});
