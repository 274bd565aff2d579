import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { subscribe } from '../support/event-stream.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const LIMIT = 3;

describe('an operation that has used up its calls while it runs', () => {
  let world: World;
  let imeis: string[];

  beforeAll(async () => {
    world = await startWorld({ config: { maxUpstreamCalls: LIMIT, breakerFailures: 0 } });
    imeis = world.devices('meter', 10);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.admin.endFaults();
    await world.admin.forgetCalls();
  });

  const countCalls = async (path: string): Promise<number> =>
    (await world.admin.calls()).filter((call) => call.path.endsWith(path)).length;
  const SESSIONS_AND_USAGE = `query ($imei: [IMEI!]!) {
    devices(imei: $imei) { sessionsReport { txid device { usage { imei } } } }
  }`;

  test('gets what was loaded before, and BUDGET_EXCEEDED at the path of the rest, which is not asked for', async () => {
    const imei = imeis.slice(0, 2);
    // Two sessions reports, a repetition, and then no call is left for their usage.
    await world.admin.fault({ path: PATHS.sessions, imei: imei[0], status: 503, times: 1 });

    const { status, data, errors } = await world.query(SESSIONS_AND_USAGE, { imei });

    expect(status).toBe(200);
    const txid = expect.any(String) as string;
    const loaded = { sessionsReport: { txid, device: { usage: null } } };
    expect(data).toEqual({ devices: [loaded, loaded] });
    const rest = errors.map(({ path, extensions }) => [path, extensions['code'], extensions['limit']]);
    expect(rest).toHaveLength(2);
    expect(rest).toEqual(
      expect.arrayContaining(
        [0, 1].map((at) => [['devices', at, 'sessionsReport', 'device', 'usage'], 'BUDGET_EXCEEDED', LIMIT]),
      ),
    );
    expect(errors[0]?.message).toMatch(/used up its calls.*the maximum is 3.*fewer devices/);
    expect(await countCalls(PATHS.sessions)).toBe(3);
    expect(await countCalls(PATHS.aggregate)).toBe(0);
  });

  test('does not repeat a call that failed', async () => {
    await world.admin.fault({ path: PATHS.sessions, imei: imeis[0], status: 503 });
    const query = 'query ($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { txid } }';
    const stingy = await startWorld({ simulatorOf: world, config: { maxUpstreamCalls: 2, retries: 5 } });

    const { errors } = await stingy.query(query, { imei: imeis[0] });

    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BUDGET_EXCEEDED']);
    expect(await countCalls(PATHS.sessions)).toBe(2);
    await stingy.close();
  });

  test('finds the devices that a rejected call is about only as far as its calls reach', async () => {
    await world.admin.fault({ path: PATHS.aggregate, imei: imeis[9], status: 400 });
    const query =
      'query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { usage { imei } errors { imei errorResponse { errorCode } } missing } }';

    const answer = await world.query(query, { imei: imeis });
    const { aggregatedReport } = answer.data as {
      aggregatedReport: {
        usage: { imei: string }[];
        errors: { imei: string; errorResponse: { errorCode: string } }[];
        missing: string[];
      };
    };

    const { usage, errors, missing } = aggregatedReport;
    expect(await countCalls(PATHS.aggregate)).toBe(LIMIT);
    expect([...usage, ...errors].map(({ imei }) => imei).sort()).toEqual([...imeis].sort());
    expect(missing).toEqual([]);
    expect(usage.length).toBeGreaterThan(0);
    expect(errors.map(({ errorResponse }) => errorResponse.errorCode)).toEqual(errors.map(() => 'BUDGET_EXCEEDED'));
  });

  test('does not take the response from another operation in the same call', async () => {
    await world.admin.fault({ path: PATHS.sessions, imei: imeis[0], status: 503, times: 1 });
    const usage = 'query ($imei: IMEI!) { device(imei: $imei) { usage { imei } } }';

    const [cut, ...others] = await Promise.all([
      world.query(SESSIONS_AND_USAGE, { imei: imeis.slice(0, 2) }),
      ...Array.from({ length: 30 }, (_, at) => world.query(usage, { imei: imeis[at % 10] })),
    ]);

    expect(cut.errors.map(({ extensions }) => extensions['code'])).toEqual(['BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']);
    expect(others.flatMap(({ errors }) => errors)).toEqual([]);
    expect(others.map(({ data }) => data)).toEqual(
      others.map((_, at) => ({ device: { usage: { imei: imeis[at % 10] } } })),
    );
  });
});

test('an operation that needs all its calls does not lose one to others that ask for some of its devices, or at the same time', async () => {
  const world = await startWorld({ config: { maxUpstreamCalls: LIMIT } });
  const [other = '', ...imeis] = world.devices('camera', 10 * LIMIT + 1);
  await world.admin.fault({ path: PATHS.aggregate, latencyMilliseconds: 300 });
  const alone = (imei = '') => world.query('query ($imei: IMEI!) { device(imei: $imei) { usage { imei } } }', { imei });
  const others: Promise<Answer>[] = [];
  for (const imei of [imeis[0], imeis[11], imeis[22]]) {
    others.push(alone(imei));
    await eventually(
      async () => (await world.admin.calls()).filter(({ path }) => path.endsWith(PATHS.aggregate)).length,
    ).toBe(others.length);
  }

  const query =
    'query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { usage { imei } errors { imei } } }';
  const answers = [alone(other), world.query(query, { imei: imeis })];
  const [, all] = await Promise.all(answers);

  expect(all?.data).toEqual({ aggregatedReport: { usage: imeis.map((imei) => ({ imei })), errors: [] } });
  for (const { errors } of await Promise.all(others)) expect(errors).toEqual([]);
  await world.close();
});

test('an operation that needs all its calls does not lose one to a device of another that the platform rejects', async () => {
  const world = await startWorld({ config: { maxUpstreamCalls: LIMIT, batchWindowMs: 100 } });
  const [rejected = '', ...imeis] = world.devices('camera', 10 * LIMIT - 4);
  await world.admin.fault({ path: PATHS.aggregate, imei: rejected, status: 400 });
  const query =
    'query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) { usage { imei } errors { imei } } }';

  const all = world.query(query, { imei: imeis });
  await eventually(async () => (await world.admin.calls()).some(({ path }) => path.endsWith(PATHS.aggregate))).toBe(
    true,
  );
  await world.query(query, { imei: [rejected] });

  expect((await all).data).toEqual({ aggregatedReport: { usage: imeis.map((imei) => ({ imei })), errors: [] } });
  await world.close();
});

test('each event of a subscription may make as many calls as an operation', async () => {
  const { world, platform, post, request, close } = await startAsyncWorld({ config: { maxUpstreamCalls: 2 } });
  platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'a-txid', sessions: [] }));
  const [one = '', two = '', three = ''] = imeisOf(3);
  const txid = await request([one, two, three]);
  const query = `subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) {
    usage(first: 2, orderBy: BYTES_DESC) { nodes { imei device { sessionsReport { txid } } } } } }`;
  const events = await subscribe<Answer>(world.url, query, { txid });
  expect(await events.next()).not.toBeNull();

  await post({ txid, usage: [one, two].map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 1 })) });
  expect((await events.next())?.errors ?? []).toEqual([]);
  expect(platform.requestsTo(PATHS.sessions)).toHaveLength(2);
  await post(usageOf(txid, three, 1_000));
  expect((await events.all()).flatMap(({ errors = [] }) => errors)).toEqual([]);

  // Each event made two calls: it asks anew.
  expect(platform.requestsTo(PATHS.sessions)).toHaveLength(4);
  await close();
});

describe('an operation that has used up the bytes of its responses', () => {
  const LIMIT_BYTES = 100_000;
  const QUERY = `query ($imei: [IMEI!]!) { devices(imei: $imei) { sessionsReport { txid totals { numberOfSessions } } } }`;
  const SESSION = { startTime: '2026-11-10T10:00:00Z', endTime: '2026-11-10T10:05:00Z', numBytes: 1 };
  const withBytes = (bytes: number): object => ({
    id: '1234567890',
    txid: 'a-txid',
    sessions: Array.from({ length: Math.floor(bytes / (JSON.stringify(SESSION).length + 1)) }, () => SESSION),
  });

  test('gets what was loaded before, and BUDGET_EXCEEDED at the path of the rest', async () => {
    const async = await startAsyncWorld({ config: { maxUpstreamBytes: LIMIT_BYTES, concurrency: 1 } });
    async.platform.onRequest(PATHS.sessions, answerWith(withBytes(40_000)));

    const { status, data, errors } = await async.world.query(QUERY, { imei: imeisOf(3) });

    expect(status).toBe(200);
    const reports = (data as { devices: { sessionsReport: object | null }[] }).devices.map(
      ({ sessionsReport }) => sessionsReport,
    );
    expect(reports.map((report) => report !== null)).toEqual([true, true, false]);
    expect(errors.map(({ path, extensions }) => [path, extensions['code'], extensions['limit']])).toEqual([
      [['devices', 2, 'sessionsReport'], 'BUDGET_EXCEEDED', LIMIT_BYTES],
    ]);
    expect(errors[0]?.message).toMatch(/exceed 100000 bytes.*fewer windows or shorter/);
    expect(async.platform.requestsTo(PATHS.sessions)).toHaveLength(3);
    await async.close();
  });

  test('does not read a response to its end that is too long', async () => {
    const async = await startAsyncWorld({ config: { maxUpstreamBytes: LIMIT_BYTES } });
    async.platform.onRequest(PATHS.sessions, (response) => {
      // It never ends, and nobody takes more than the limit of it.
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"sessions":[');
      const write = (): void => {
        while (!response.destroyed && response.write(`${JSON.stringify(SESSION)},`.repeat(100)));
      };
      response.on('drain', write);
      write();
    });

    const { errors } = await async.world.query(QUERY, { imei: imeisOf(1) });

    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BUDGET_EXCEEDED']);
    await eventually(() => async.platform.brokenOffTo(PATHS.sessions)).toBe(1);
    expect(async.platform.requestsTo(PATHS.sessions)).toHaveLength(1);
    await async.close();
  });

  test('leaves a shared response to an operation that has not', async () => {
    const async = await startAsyncWorld({ config: { maxUpstreamBytes: LIMIT_BYTES } });
    async.platform.onRequest(PATHS.sessions, answerWith(withBytes(60_000)));
    const [first, second] = imeisOf(2);
    const [both, one] = await Promise.all([
      async.world.query(QUERY, { imei: [first, second] }),
      async.world.query(QUERY, { imei: [first] }),
    ]);

    expect(both.errors.map(({ extensions }) => extensions['code'])).toEqual(['BUDGET_EXCEEDED']);
    expect(one.errors).toEqual([]);
    await async.close();
  });

  test('still gets the transaction id of a mutation', async () => {
    const async = await startAsyncWorld({ config: { maxUpstreamBytes: LIMIT_BYTES } });
    async.platform.onRequest(
      PATHS.async,
      answerWith({ txid: 'kept', status: 'QUEUED', padding: 'x'.repeat(2 * LIMIT_BYTES) }),
    );

    expect(await async.request(imeisOf(1))).toBe('kept');
    await async.close();
  });
});
