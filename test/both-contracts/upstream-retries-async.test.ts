import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { RequestAggregatedReportDocument, SessionsReportDocument } from '../support/graphql/graphql.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type AnswerError, type World, type WorldOptions } from '../support/world/world.ts';

/** Longer than any test, so it passes only when a test moves the clock. */
const LIMIT_MS = 30_000;
const MAY_HAVE_BEEN_ACCEPTED = /may have accepted the request\. Sending it again may start the report twice/;

describe('the request for an async report', () => {
  let world: World;
  const start = async (config: WorldOptions['config'] = {}): Promise<void> => {
    world = await startWorld({ config, simulator: { requireListener: false } });
  };
  const request = (): Promise<Answer> =>
    world.query(RequestAggregatedReportDocument, {
      input: { imei: ['709312034493372'], portalInitiated: true },
    });
  const failure = async (): Promise<AnswerError> => {
    const { errors } = await request();
    const [error] = errors;
    if (error === undefined || errors.length > 1) throw new Error(`${errors.length} errors`);
    return error;
  };
  const callCount = async (): Promise<number> => (await world.admin.calls(PATHS.async)).length;

  afterEach(() => world.close());

  test.each([
    { fault: { status: 500 }, status: 500 },
    { fault: { status: 502, body: 'html' }, status: 502 },
    { fault: { status: 503, headers: { 'Retry-After': '1' } }, status: 503 },
    { fault: { status: 504, body: 'empty' }, status: 504 },
    { fault: { reset: true }, status: null },
    { fault: { resetAfterEffect: true }, status: null },
    { fault: { truncate: true }, status: null },
    { fault: { endless: true }, status: null },
    { fault: { rawBody: '{"txid":"60c07fff' }, status: 200 },
    { fault: { rawBody: '<html></html>' }, status: 200 },
  ])(
    'is sent once if $fault comes back, and its error says that the platform may have accepted it',
    async ({ fault, status }) => {
      await start({ maxResponseBytes: 100_000 });
      await world.admin.fault({ path: PATHS.async, ...fault });
      const { message, extensions } = await failure();
      expect(extensions).toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        ...(status === null ? {} : { upstream: { status } }),
      });
      expect(message).toMatch(MAY_HAVE_BEEN_ACCEPTED);
      expect(await callCount()).toBe(1);
    },
  );

  test('is sent once if no response comes in time, and its error says that the platform may have accepted it', async () => {
    await start({ callTimeoutMs: LIMIT_MS, totalTimeoutMs: 2 * LIMIT_MS });
    await world.admin.fault({ path: PATHS.async, latencyMilliseconds: 60_000 });
    const failing = failure();
    await eventually(callCount).toBe(1);
    world.clock.advance(LIMIT_MS);
    const { message, extensions } = await failing;
    expect(extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    expect(message).toMatch(MAY_HAVE_BEEN_ACCEPTED);
    expect(await callCount()).toBe(1);
  });

  test.each([400, 403, 404, 409])('is sent once if %d comes back, and was certainly not accepted', async (status) => {
    await start();
    await world.admin.fault({ path: PATHS.async, status });
    const { message, extensions } = await failure();
    expect(extensions['upstream']).toMatchObject({ status });
    expect(message).not.toMatch(MAY_HAVE_BEEN_ACCEPTED);
    expect(await callCount()).toBe(1);
  });

  test('is retried after a 429, once Retry-After has passed', async () => {
    await start();
    await world.admin.fault({ path: PATHS.async, status: 429, headers: { 'Retry-After': '2' }, times: 2 });
    expect((await request()).errors).toEqual([]);
    expect(world.clock.pauses).toEqual([2_000, 2_000]);
    expect(await callCount()).toBe(3);
  });

  test('was certainly not accepted if it only got 429', async () => {
    await start();
    await world.admin.fault({ path: PATHS.async, status: 429 });
    const { message, extensions } = await failure();
    expect(extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterSeconds: 10 });
    expect(message).not.toMatch(MAY_HAVE_BEEN_ACCEPTED);
    expect(await callCount()).toBe(3);
  });

  test('was certainly not accepted if it timed out while it waited for sign-in', async () => {
    await start({ callTimeoutMs: 2 * LIMIT_MS, totalTimeoutMs: LIMIT_MS });
    await world.admin.fault({ path: PATHS.token, latencyMilliseconds: 60_000 });
    const failing = failure();
    await eventually(async () => (await world.admin.calls(PATHS.token)).length).toBe(1);
    world.clock.advance(LIMIT_MS);
    const { message, extensions } = await failing;
    expect(extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    expect(message).not.toMatch(MAY_HAVE_BEEN_ACCEPTED);
    expect(await callCount()).toBe(0);
  });

  test.each(['session', 'bearer', 'all'] as const)(
    'is accepted once after expired tokens (%s) are renewed',
    async (which) => {
      await start();
      await request();
      await world.admin.forgetCalls();
      await world.admin.expire(which);
      expect((await request()).errors).toEqual([]);
      const statuses = (await world.admin.calls(PATHS.async)).map((call) => call.status);
      expect(statuses).toEqual(which === 'all' ? [401, 400, 200] : [which === 'session' ? 400 : 401, 200]);
      expect(await world.admin.calls(PATHS.login)).toHaveLength(which === 'bearer' ? 0 : 1);
      expect(await world.admin.calls(PATHS.token)).toHaveLength(which === 'session' ? 0 : 1);
    },
  );

  test('was certainly not accepted if sign-in failed', async () => {
    await start();
    await world.admin.fault({ path: PATHS.token, status: 500 });
    const { message, extensions } = await failure();
    expect(extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(message).not.toMatch(MAY_HAVE_BEEN_ACCEPTED);
    expect(await callCount()).toBe(0);
  });
});

describe('the connection of an async report request', () => {
  let platform: RecordingPlatform;
  let world: World;
  const start = async (): Promise<void> => {
    platform = await startRecordingPlatform();
    platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'a-txid', sessions: [] }));
    let txids = 0;
    platform.onRequest(PATHS.async, (response, request) => {
      answerWith({ txid: `txid-${(txids += 1)}`, status: 'QUEUED' })(response, request);
    });
    world = await startWorld({ config: { baseUrl: platform.url } });
  };
  const input = { imei: '709312034493372' };
  const request = (): Promise<Answer> =>
    world.query(RequestAggregatedReportDocument, { input: { imei: [input.imei] } });

  afterEach(() => world.close());

  test('is a new one, which the platform cannot have closed yet, while reads share one', async () => {
    await start();
    for (let round = 0; round < 3; round += 1) {
      expect((await world.query(SessionsReportDocument, { input })).errors).toEqual([]);
      expect((await request()).errors).toEqual([]);
    }
    const ofReads = platform.requestsTo(PATHS.sessions).map(({ connection }) => connection);
    const ofRequests = platform.requestsTo(PATHS.async).map(({ connection }) => connection);
    expect(new Set(ofReads).size).toBe(1);
    expect(new Set([...ofReads, ...ofRequests]).size).toBe(4);
    await platform.close();
  });

  test('is retried if it is refused, and then the request certainly never arrived', async () => {
    await start();
    await request();
    await platform.close();
    const [error] = (await request()).errors;
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(error?.message).not.toMatch(MAY_HAVE_BEEN_ACCEPTED);
    expect(world.clock.pauses).toEqual([200, 400]);
  });
});
