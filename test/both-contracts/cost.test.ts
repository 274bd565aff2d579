import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { AggregatedReportDocument, SessionsReportDocument } from '../support/graphql/graphql.ts';
import { answerWithUsage, startRecordingPlatform } from '../support/fakes/recording-platform.ts';
import { findFreePort } from '../support/free-port.ts';
import { startWorld, type Answer, type World, type WorldOptions } from '../support/world/world.ts';

const SETTLED = { startDate: '2026-11-01', endDate: '2026-11-10' };
const NOTHING = { calls: 0, shared: 0, cached: 0, retried: 0, milliseconds: 0 };

describe('the upstream cost in a response', () => {
  const worlds: World[] = [];
  let world: World;
  let meters: string[];
  const open = async (config: WorldOptions['config']): Promise<World> => {
    const opened = await startWorld({ config: { batchWindowMs: 0, ...config } });
    worlds.push(opened);
    return opened;
  };
  beforeEach(async () => {
    world = await open({ cacheMaxBytes: 2 ** 22 });
    meters = world.devices('meter', 100);
  });
  afterEach(() => Promise.all(worlds.splice(0).map((each) => each.close())));

  const ask = (imei: string[], of = world) => of.query(AggregatedReportDocument, { input: { imei, ...SETTLED } });
  const askSessions = () => world.query(SessionsReportDocument, { input: { imei: meters[0] ?? '', ...SETTLED } });

  test('counts a call per ten devices, and each cached device', async () => {
    expect(cost(await ask(meters.slice(0, 25)))).toEqual({ ...NOTHING, calls: 3 });
    expect(cost(await ask(meters.slice(0, 30)))).toEqual({ ...NOTHING, calls: 1, cached: 25 });
    expect(cost(await ask(meters.slice(0, 30)))).toEqual({ ...NOTHING, cached: 30 });
  });

  test('counts a call per sessions report, and each cached report', async () => {
    expect(cost(await askSessions())).toEqual({ ...NOTHING, calls: 1 });
    expect(cost(await askSessions())).toEqual({ ...NOTHING, cached: 1 });
  });

  test('counts devices under two aliases once', async () => {
    const answer = await world.query(
      `query ($imei: [IMEI!]!) { a: devices(imei: $imei) { usage { imei } } b: devices(imei: $imei) { usage { imei } } }`,
      { imei: meters.slice(0, 10) },
    );
    expect(cost(answer)).toEqual({ ...NOTHING, calls: 1 });
  });

  test('is zero for bad input and for fields that need no call', async () => {
    expect(cost(await ask(['no IMEI']))).toEqual(NOTHING);
    expect(cost(await world.query('{ device(imei: "709312034493372") { imei } }'))).toEqual(NOTHING);
  });

  test('counts shared calls in each operation that shared them', async () => {
    const together = await open({ batchWindowMs: 120_000 });
    const [first, second] = await Promise.all([ask(meters.slice(0, 4), together), ask(meters.slice(4, 10), together)]);
    expect(cost(first)).toEqual({ ...NOTHING, calls: 1, shared: 1 });
    expect(cost(second)).toEqual({ ...NOTHING, calls: 1, shared: 1 });
  });

  test('counts retries, and the time that the calls took', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 503, times: 2 });
    const before = world.clock.now();
    const answer = await ask(meters.slice(0, 1));
    expect(cost(answer)).toEqual({ ...NOTHING, calls: 1, retried: 2, milliseconds: world.clock.now() - before });
    expect(world.clock.now()).toBeGreaterThan(before);
  });

  test('adds up the durations of calls that ran at once', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 429, headers: { 'Retry-After': '2' }, times: 1 });
    const { milliseconds, calls } = cost(await ask(meters.slice(0, 20)));
    expect(calls).toBe(2);
    expect([2_000, 4_000]).toContain(milliseconds);
  });

  test('counts failed calls', async () => {
    await world.admin.fault({ path: PATHS.aggregate, status: 409 });
    expect(cost(await ask(meters.slice(0, 20)))).toEqual({ ...NOTHING, calls: 2 });
  });

  test('does not count what has not gone up to the platform', async () => {
    const gone = await open({ baseUrl: `http://127.0.0.1:${await findFreePort()}/api`, retries: 2 });
    expect(cost(await ask(meters.slice(0, 20), gone))).toMatchObject({ calls: 0, retried: 0 });

    const platform = await startRecordingPlatform();
    platform.onRequest(
      PATHS.aggregate,
      answerWithUsage(() => ({ numberOfSessions: 1, bytesTransferred: 1 })),
    );
    const stopped = await open({ baseUrl: platform.url, retries: 2, breakerFailures: 0 });
    expect(cost(await ask(meters.slice(0, 10), stopped))).toMatchObject({ calls: 1, retried: 0 });
    await platform.close();
    // The server sees that its connections were closed. Before that, a call could have gone up.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    const answer = await ask(meters.slice(0, 10), stopped);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(cost(answer)).toMatchObject({ calls: 0, shared: 0, retried: 0 });
  });

  test('is in the responses of both lanes, and absent if turned off', async () => {
    expect(Object.keys((await ask(meters.slice(0, 1))).extensions)).toEqual(['upstream']);
    expect(Object.keys((await ask(meters.slice(0, 1))).extensions)).toEqual(['upstream']);
    const silent = await open({ reportCost: false });
    for (let times = 0; times < 2; times += 1) expect((await ask(meters.slice(0, 1), silent)).extensions).toEqual({});
  });
});

function cost({ extensions }: Answer<unknown>): typeof NOTHING {
  return extensions['upstream'] as typeof NOTHING;
}
