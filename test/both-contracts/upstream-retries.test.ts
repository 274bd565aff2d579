import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRetries } from '../../src/thingspace/resilience/retry.ts';
import { PATHS } from '../support/world/admin.ts';
import { createTestClock } from '../support/fakes/clock.ts';
import { fc } from '../support/fast-check.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { answerWith, startRecordingPlatform } from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type World, type WorldOptions } from '../support/world/world.ts';

describe('a call that only reads', () => {
  let world: World;
  const start = async (config: WorldOptions['config'] = {}): Promise<void> => {
    world = await startWorld({ config });
  };
  const ask = (): Promise<Answer> =>
    world.query(SessionsReportDocument, { input: { imei: world.devices('meter', 1)[0] ?? '' } });
  const callCount = async (): Promise<number> => (await world.admin.calls(PATHS.sessions)).length;

  beforeEach(() => start());
  afterEach(() => world.close());

  test.each([
    { fault: { status: 429 } },
    { fault: { status: 500 } },
    { fault: { status: 502, body: 'html' } },
    { fault: { status: 503, body: 'empty' } },
    { fault: { status: 504, body: 'xml' } },
    { fault: { reset: true } },
    { fault: { resetAfterEffect: true } },
    { fault: { truncate: true } },
    { fault: { rawBody: '{"txid":"a","sess' } },
    { fault: { rawBody: '<html>All is well</html>', contentType: 'text/html' } },
    { fault: { rawBody: '' } },
  ])('is retried after $fault, and succeeds', async ({ fault }) => {
    await world.admin.fault({ ...fault, times: 2 });
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data?.['sessionsReport']).toBeTruthy();
    expect(await callCount()).toBe(3);
    expect(world.clock.pauses).toEqual([200, 400]);
  });

  test.each([
    { header: '3', pauses: [3_000] },
    { header: '30', pauses: [30_000] },
    { header: ' 7 ', pauses: [7_000] },
    { header: '0', pauses: [200] },
    { header: 'Fri, 20 Nov 2026 12:00:09 GMT', pauses: [9_000] },
    { header: 'Friday, 20-Nov-26 12:00:04 GMT', pauses: [4_000] },
    { header: 'Fri, 20 Nov 2026 11:00:00 GMT', pauses: [200] },
    { header: 'soon', pauses: [200] },
    { header: '-5', pauses: [200] },
  ])('waits as long as Retry-After $header says', async ({ header, pauses }) => {
    await world.admin.fault({ status: 429, headers: { 'Retry-After': header }, times: 1 });
    expect((await ask()).errors).toEqual([]);
    expect(world.clock.pauses).toEqual(pauses);
  });

  test('honours a Retry-After of up to ten seconds with a 503 too', async () => {
    await world.admin.fault({ status: 503, headers: { 'Retry-After': '6' }, times: 1 });
    expect((await ask()).errors).toEqual([]);
    expect(world.clock.pauses).toEqual([6_000]);
  });

  test.each([
    { header: '45', seconds: 45 },
    { header: '86400', seconds: 86_400 },
    { header: 'Fri, 20 Nov 2026 13:00:00 GMT', seconds: 3_600 },
  ])('does not wait for Retry-After $header, but reports it to the caller', async ({ header, seconds }) => {
    await world.admin.fault({ status: 429, headers: { 'Retry-After': header } });
    const [error] = (await ask()).errors;
    expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterSeconds: seconds });
    expect(await callCount()).toBe(1);
    expect(world.clock.pauses).toEqual([]);
  });

  test('does not begin a pause that its time limit would cut short', async () => {
    await world.close();
    await start({ totalTimeoutMs: 5_000 });
    await world.admin.fault({ status: 429, headers: { 'Retry-After': '4' } });
    const [error] = (await ask()).errors;
    expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterSeconds: 4 });
    expect(world.clock.pauses).toEqual([4_000]);
    expect(await callCount()).toBe(2);
  });

  test('fails after its retries, with pauses that double up to a maximum', async () => {
    await world.close();
    await start({ retries: 8 });
    await world.admin.fault({ status: 503 });
    expect((await ask()).errors[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      upstream: { status: 503 },
    });
    expect(world.clock.pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    expect(await callCount()).toBe(9);
  });

  test.each([400, 403, 404, 409, 418])('is not retried after %d', async (status) => {
    await world.admin.fault({ status });
    expect((await ask()).errors).toHaveLength(1);
    expect(await callCount()).toBe(1);
  });

  test('is retried if nothing listens, and reports that the platform failed', async () => {
    await ask();
    await world.simulator.close();
    const [error] = (await ask()).errors;
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(world.clock.pauses).toEqual([200, 400]);
  });

  test('survives a reused connection that the platform has closed', async () => {
    const platform = await startRecordingPlatform();
    platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'a-txid', sessions: [] }));
    const other = await startWorld({ config: { baseUrl: platform.url } });
    const input = { imei: '709312034493372' };
    for (let round = 0; round < 3; round += 1) {
      expect((await other.query(SessionsReportDocument, { input })).errors).toEqual([]);
      platform.dropConnections();
    }
    await other.close();
    await platform.close();
  });
});

describe('the pause before a retry', () => {
  test('is a random part of a time that doubles, and at least as long as the platform asks', () => {
    const milliseconds = fc.integer({ min: 1, max: 20_000 });
    const policies = fc.record({
      retries: fc.integer({ min: 0, max: 10 }),
      firstPauseMs: milliseconds,
      maxPauseMs: milliseconds,
    });
    const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(policies, chances, milliseconds, (policy, chance, atLeastMs) => {
        const clock = { ...createTestClock('2026-11-20T12:00:00Z'), random: () => chance };
        const retries = createRetries(policy, clock, Infinity);
        const pauses: number[] = [];
        for (let pause = retries.pauseAfter({ atLeastMs }); pause !== null; pause = retries.pauseAfter({ atLeastMs }))
          pauses.push(pause);
        const waits = atLeastMs <= policy.maxPauseMs;
        expect(pauses).toHaveLength(waits ? policy.retries : 0);
        pauses.forEach((pause, retry) => {
          const longest = Math.min(policy.firstPauseMs * 2 ** retry, policy.maxPauseMs);
          expect(pause).toBe(Math.max(atLeastMs, longest * chance));
        });
      }),
    );
  });
});
