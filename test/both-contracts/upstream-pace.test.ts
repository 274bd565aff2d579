import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  answerWith,
  answerWithUsage,
  startRecordingPlatform,
  type RecordingPlatform,
  type Respond,
} from '../support/fakes/recording-platform.ts';
import { askImpatiently } from '../support/fakes/impatient-client.ts';
import { AggregatedReportDocument } from '../support/graphql/graphql.ts';
import { toImeis } from '../support/store/messages.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World, type WorldOptions } from '../support/world/world.ts';

const DEVICES = toImeis(100);
const ACCOUNT = '0844021539-00001';
const OTHER_ACCOUNT = '0844021539-00002';
/** Less than a second, because the clock can move while a call is on its way. */
const WINDOW_MS = 500;

describe('an account for which the platform limits the rate of calls', () => {
  let platform: RecordingPlatform;
  let world: World;
  let acceptedAtMs: number[];
  let rejected: number;

  beforeEach(async () => {
    platform = await startRecordingPlatform();
    acceptedAtMs = [];
    rejected = 0;
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  const start = async (
    config: WorldOptions['config'],
    headers: Record<string, string>,
    windowMs = WINDOW_MS,
  ): Promise<void> => {
    world = await startWorld({ config: { baseUrl: platform.url, concurrency: 5, ...config } });
    const accept = answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 1 }));
    const limit: Respond = (response, request) => {
      // A pace waits for either of them.
      const nowMs = world.clock.monotonic() + performance.now();
      if (acceptedAtMs.filter((atMs) => atMs > nowMs - windowMs).length < 2) {
        acceptedAtMs.push(nowMs);
        accept(response, request);
        return;
      }
      rejected += 1;
      answerWith('', 429, headers)(response, request);
    };
    platform.onRequest(PATHS.aggregate, limit);
  };
  const ask = (accountNumber = ACCOUNT, imei: readonly string[] = DEVICES) =>
    world.query(AggregatedReportDocument, { input: { accountNumber, imei: [...imei] } });

  test('gets all its usage without a pace, because a 429 with Retry-After only makes the other calls wait', async () => {
    await start({}, { 'Retry-After': '1' });
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data?.aggregatedReport?.usage.map(({ imei }) => imei)).toEqual(DEVICES);
    expect(acceptedAtMs).toHaveLength(10);
    expect(rejected).toBeGreaterThan(0);
  });

  test('is asked again only for the devices that somebody still waits for', async () => {
    const [first = '', second = ''] = DEVICES;
    world = await startWorld({ config: { baseUrl: platform.url, batchWindowMs: 50 } });
    const accept = answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 1 }));
    const isPending = { value: true };
    platform.onRequest(PATHS.aggregate, (response, request) => {
      if (!isPending.value) accept(response, request);
      else void wait(200).then(() => answerWith('', 429, { 'Retry-After': '1' })(response, request));
      isPending.value = false;
    });
    const asked = () =>
      platform.requestsTo(PATHS.aggregate).map(({ body }) => (JSON.parse(body.toString()) as { imei: string[] }).imei);

    const input = { accountNumber: ACCOUNT, imei: [first] };
    const leaving = askImpatiently(world.url, AggregatedReportDocument, { input });
    const staying = ask(ACCOUNT, [second]);
    await eventually(asked).toEqual([expect.arrayContaining([first, second])]);
    leaving.abort();

    expect((await staying).errors).toEqual([]);
    expect(asked()[1]).toEqual([second]);
  });

  test('gets no 429 with a pace of two calls a second', async () => {
    await start({ callsPerSecond: 2 }, {});
    let isAnswered = false;
    const asking = ask().finally(() => (isAnswered = true));
    await eventually(() => {
      world.clock.advance(250);
      return isAnswered;
    }).toBe(true);
    const { data, errors, extensions } = await asking;
    expect(errors).toEqual([]);
    expect(data?.aggregatedReport?.usage).toHaveLength(DEVICES.length);
    expect(extensions['upstream']).toMatchObject({ calls: 10, retried: 0 });
    expect(rejected).toBe(0);
  });

  test('fails for the devices of some calls without a pace and without Retry-After, after the usual retries', async () => {
    await start({}, {}, Infinity);
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    const { usage = [], errors: failed = [] } = data?.aggregatedReport ?? {};
    expect([usage.length, failed.length]).toEqual([20, 80]);
    expect(new Set(failed.map(({ errorResponse }) => errorResponse?.httpStatusCode))).toEqual(new Set(['429']));
  });

  test('is not called again before the time of a long Retry-After, and other accounts are not affected', async () => {
    await start({}, { 'Retry-After': '900' });
    await ask(ACCOUNT, DEVICES.slice(0, 20));
    const [error] = (await ask(ACCOUNT, DEVICES.slice(20, 30))).errors;
    expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', upstream: { status: 429 } });
    const sent = platform.requestsTo(PATHS.aggregate).length;

    world.clock.advance(300_000);
    const later = await ask(ACCOUNT, DEVICES.slice(30, 40));
    expect(later.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterSeconds: 600 });
    expect(later.extensions['upstream']).toMatchObject({ calls: 0 });
    expect(platform.requestsTo(PATHS.aggregate)).toHaveLength(sent);

    expect((await ask(OTHER_ACCOUNT, DEVICES.slice(0, 10))).errors).toEqual([]);
    world.clock.advance(600_000);
    expect((await ask(ACCOUNT, DEVICES.slice(0, 10))).errors).toEqual([]);
  });
});
