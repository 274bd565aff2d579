import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerWith, startRecordingPlatform } from '../support/fakes/recording-platform.ts';
import { subscribe } from '../support/event-stream.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const SESSIONS = 600;
const DEVICES = 300;
const ZONES = Intl.supportedValuesOf('timeZone');

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

const withSessions = (fields: string): string =>
  `{ sessionsReport(input: { imei: "${IMEI}", startDate: "2026-11-01", endDate: "2026-11-10" }) { txid ${fields} } }`;
const withDevices = (fields: string): string =>
  `{ aggregatedReport(input: { imei: [], allDevices: true }) { txid ${fields} } }`;
const daily = (alias: string, zone: string): string =>
  `${alias}: daily(timeZone: "${zone}") { date numberOfSessions numBytes durationSeconds incompleteSessions }`;

describe('what is computed from a report', () => {
  const worlds: World[] = [];
  let platform: World;

  beforeAll(async () => {
    platform = await startWorld();
  });
  afterAll(() => platform.close());
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  beforeEach(async () => {
    await platform.admin.endFaults();
    await platform.admin.forgetCalls();
    const sessions = Array.from({ length: SESSIONS }, (_, at) => {
      const startMs = Date.parse('2026-11-01T00:00:00Z') + at * 1_200_000;
      return { startTime: new Date(startMs), endTime: new Date(startMs + 60_000), numBytes: at };
    });
    const usage = Array.from({ length: DEVICES }, (_, at) => ({
      imei: String(100_000_000_000_000 + ((at * 7) % DEVICES)),
      numberOfSessions: at % 5,
      bytesTransferred: at,
    }));
    await platform.admin.fault({ path: PATHS.sessions, rawBody: JSON.stringify({ txid: 's', sessions }) });
    await platform.admin.fault({ path: PATHS.aggregate, rawBody: JSON.stringify({ txid: 'a', usage }) });
  });

  const ask = async (query: string, maxComputedRows: number): Promise<Answer> => {
    const world = await startWorld({ simulatorOf: platform, config: { maxComputedRows } });
    worlds.push(world);
    return world.query(query);
  };
  const codesOf = ({ errors }: Answer): unknown[] => errors.map(({ path, extensions: { code } }) => [path, code]);

  test('is computed once: a time zone for any number of aliases, and the totals', async () => {
    const query = withSessions(
      `${repeat(200, (at) => daily(`a${at}`, at % 2 === 0 ? 'Europe/Berlin' : 'europe/berlin'))}
       ${repeat(50, (at) => `b${at}: dailyBefore(timeZone: "Europe/Berlin") { numBytes }`)}
       ${repeat(200, (at) => `t${at}: totals { numberOfSessions numBytes }`)}`,
    );

    const { data, errors } = await ask(query, 2 * SESSIONS);

    expect(errors).toEqual([]);
    const report = data?.['sessionsReport'] as Record<string, unknown>;
    for (let at = 1; at < 200; at += 1) {
      expect(report[`a${at}`]).toEqual(report['a0']);
      expect(report[`t${at}`]).toEqual({ numberOfSessions: SESSIONS, numBytes: (SESSIONS * (SESSIONS - 1)) / 2 });
    }
  });

  test('is computed once: an order, the totals and a list of percentiles of a whole account', async () => {
    const query = withDevices(
      `${repeat(50, (at) => `t${at}: totals { devices bytesTransferred a: bytesPercentiles(p: [0, 50, 100]) b: bytesPercentiles(p: [0, 50, 100]) }`)}
       ${repeat(50, (at) => `o${at}: usage(orderBy: BYTES_DESC) { imei bytesTransferred }`)}
       ${repeat(50, (at) => `f${at}: usage(orderBy: BYTES_DESC, first: 2) { bytesTransferred }`)}`,
    );
    // Totals, sorted bytes, an order; and the percentiles and the first two, which count as the minimum.
    const rows = 3 * DEVICES + 2 * 200;

    const { data, errors } = await ask(query, rows);

    expect(errors).toEqual([]);
    const report = data?.['aggregatedReport'] as Record<string, unknown>;
    const percentiles = [0, DEVICES / 2 - 1, DEVICES - 1];
    const totals = {
      devices: DEVICES,
      bytesTransferred: (DEVICES * (DEVICES - 1)) / 2,
      a: percentiles,
      b: percentiles,
    };
    for (let at = 0; at < 50; at += 1) {
      expect(report[`t${at}`]).toEqual(totals);
      expect(report[`o${at}`]).toEqual(report['o0']);
      expect(report[`f${at}`]).toEqual([{ bytesTransferred: DEVICES - 1 }, { bytesTransferred: DEVICES - 2 }]);
    }
    expect(codesOf(await ask(query, rows - 1))).toEqual([[['aggregatedReport', 'f0'], 'BUDGET_EXCEEDED']]);
  });

  test('counts more for a series whose garbled times are on more days than any window has', async () => {
    const onDays = (count: number, perDay: number) =>
      Array.from({ length: count }, (_, at) => ({
        startTime: new Date(Math.floor(at / perDay) * 86_400_000),
        numBytes: 1,
      }));
    const series = withSessions('daily(timeZone: "America/New_York") { date }');
    const costOf = async (count: number, perDay: number): Promise<unknown> => {
      await platform.admin.endFaults();
      await platform.admin.fault({
        path: PATHS.sessions,
        rawBody: JSON.stringify({ txid: 's', sessions: onDays(count, perDay) }),
      });
      return (await ask(series, 1_500)).errors.map(({ extensions }) => extensions['cost']);
    };

    expect(await costOf(182, 1)).toEqual([]);
    expect(await costOf(1_000, 6)).toEqual([]);
    expect(await costOf(1_000, 1)).toEqual([1_000 + (1_000 - 182) * 16]);
  });

  test('is shared by the fields of one operation that ask for the same account, but not by operations', async () => {
    const query = `{ ${repeat(20, (at) => withDevices('totals { devices }').slice(1, -1).replace('aggregatedReport', `a${at}: aggregatedReport`))} }`;
    const world = await startWorld({
      simulatorOf: platform,
      config: { maxComputedRows: 1_000, cacheMaxBytes: 2 ** 24 },
    });
    worlds.push(world);

    for (let run = 0; run < 5; run += 1) expect((await world.query(query)).errors).toEqual([]);
  });

  test('is refused before anything runs if there are more time zones than can be computed even without sessions', async () => {
    const query = withSessions(repeat(400, (at) => daily(`a${at}`, ZONES[at] ?? '')));

    const answer = await ask(query, 400_000);

    expect([answer.status, answer.data]).toEqual([400, null]);
    const limits = { code: 'BUDGET_EXCEEDED', cost: 400 * 1_200, limit: 400_000 };
    expect(answer.errors.map(({ extensions }) => extensions)).toMatchObject([limits]);
    expect(answer.errors[0]?.message).toMatch(/480000 rows.*the maximum is 400000.*time zones in separate operations/);
    expect(await platform.admin.calls()).toEqual([]);
  });

  test('is refused at its path once the rows are known, and the rest is returned', async () => {
    const query = `{
      device(imei: "${IMEI}") { imei }
      ${withDevices('totals { devices } usage(orderBy: IMEI) { imei }').slice(1, -1)}
    }`;

    const { status, data, errors } = await ask(query, 2 * DEVICES - 1);

    expect([status, data]).toEqual([200, { device: { imei: IMEI }, aggregatedReport: null }]);
    const limits = { code: 'BUDGET_EXCEEDED', cost: 2 * DEVICES, limit: 2 * DEVICES - 1 };
    expect(errors).toMatchObject([{ path: ['aggregatedReport', 'usage'], extensions: limits }]);
    expect(errors[0]?.message).toMatch(/600 rows or more.*the maximum is 599.*fewer devices/);
    expect(await platform.admin.calls(PATHS.aggregate)).toHaveLength(1);
  });

  test('with the default budget has room for the totals, the percentiles and one order of 100,000 devices', async () => {
    const usage = Array.from({ length: 100_000 }, (_, at) => ({
      imei: String(100_000_000_000_000 + at),
      numberOfSessions: 1,
      bytesTransferred: at,
    }));
    const large = await startRecordingPlatform();
    large.onRequest(PATHS.aggregate, answerWith({ txid: 'x', usage }));
    const world = await startWorld({ simulatorOf: platform, config: { baseUrl: large.url } });
    worlds.push(world);

    const { data, errors } = await world.query(
      withDevices(
        'totals { devices bytesPercentiles(p: [50]) } usage(orderBy: BYTES_DESC, first: 1) { bytesTransferred }',
      ),
    );

    expect(errors).toEqual([]);
    expect(data?.['aggregatedReport']).toEqual({
      txid: 'x',
      totals: { devices: 100_000, bytesPercentiles: [49_999] },
      usage: [{ bytesTransferred: 99_999 }],
    });
    await large.close();
  });
});

test('each event of a subscription may compute as much as an operation', async () => {
  const sessions = Array.from({ length: 1_000 }, () => ({ startTime: '2026-11-01T10:00:00Z', numBytes: 1 }));
  const { world, platform, post, request, close } = await startAsyncWorld({ config: { maxComputedRows: 2_500 } });
  platform.onRequest(PATHS.sessions, answerWith({ txid: 'a-txid', sessions }));
  const [one = '', two = '', three = ''] = imeisOf(3);
  const txid = await request([one, two, three]);
  const query = `subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) {
    usage(first: 2, orderBy: BYTES_DESC) { nodes { device { sessionsReport { daily(timeZone: "Asia/Tokyo") { date } } } } } } }`;
  const events = await subscribe<Answer>(world.url, query, { txid });
  expect(await events.next()).not.toBeNull();

  await post({ txid, usage: [one, two].map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 1 })) });
  expect((await events.next())?.errors ?? []).toEqual([]);
  await post(usageOf(txid, three, 1_000));

  // Both events ask for two devices, and compute their series.
  expect((await events.all()).flatMap(({ errors = [] }) => errors)).toEqual([]);
  expect(platform.requestsTo(PATHS.sessions)).toHaveLength(4);
  await close();
});
