import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { RequestAggregatedReportDocument, SessionsReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type World, type WorldOptions } from '../support/world/world.ts';

const NOT_ASKED = /^The platform keeps failing, so calls to it are paused and nothing was sent\. Try again/;

describe('a platform that keeps failing', { timeout: 60_000 }, () => {
  let world: World;
  let asked = 0;
  const start = async (config: WorldOptions['config'] = {}): Promise<void> => {
    world = await startWorld({ config, simulator: { requireListener: false } });
  };
  /** Sends a query that was not sent before. */
  const ask = (imei = world.devices('meter', 1)[0] ?? ''): Promise<Answer> =>
    world.query(SessionsReportDocument, { input: { imei, durationLow: (asked += 1) } });
  const askMany = (count: number): Promise<Answer[]> => Promise.all(Array.from({ length: count }, () => ask()));
  const callCount = async (): Promise<number> => (await world.admin.calls(PATHS.sessions)).length;
  const isHeld = ({ errors: [error] }: Answer): boolean => NOT_ASKED.test(error?.message ?? '');
  /** Sends queries until the breaker is open. */
  const untilHeld = async (): Promise<void> => {
    await ask();
    world.clock.advance(1_000);
    for (let times = 0; times < 20; times += 1) {
      if (isHeld(await ask())) return;
    }
    throw new Error('it is asked as before');
  };
  const expectSteady = async (): Promise<void> => {
    for (const { errors } of await askMany(20)) expect(errors).toEqual([]);
  };
  /** Sends so many queries at once. Returns how many of them reach the platform. */
  const sentOf = async (count: number): Promise<number> => {
    await world.admin.forgetCalls();
    await askMany(count);
    return callCount();
  };

  afterEach(() => world.close());

  test.each([
    { fault: { status: 500 } },
    { fault: { status: 502, body: 'html' } },
    { fault: { status: 503, body: 'empty' } },
    { fault: { reset: true } },
    { fault: { truncate: true } },
    { fault: { rawBody: '<html></html>' } },
  ])('with $fault gets no more calls, and callers learn at once when to retry', async ({ fault }) => {
    await start();
    await world.admin.fault({ path: PATHS.sessions, ...fault });
    await untilHeld();
    expect(await callCount()).toBeLessThanOrEqual(12);
    await world.admin.forgetCalls();
    const pauses = world.clock.pauses.length;
    for (const { data, errors } of await askMany(50)) {
      expect(data).toEqual({ sessionsReport: null });
      expect(errors[0]?.message).toMatch(NOT_ASKED);
      expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 1 });
    }
    expect(await callCount()).toBe(0);
    expect(world.clock.pauses).toHaveLength(pauses);
  });

  test('gets no more calls if it does not answer in time', async () => {
    const callTimeoutMs = 10_000;
    await start({ callTimeoutMs, totalTimeoutMs: 120_000 });
    await ask();
    await world.admin.fault({ path: PATHS.sessions, latencyMilliseconds: 60_000 });
    for (const calls of [5, 10]) {
      const answers = askMany(5);
      await eventually(callCount).toBe(1 + calls);
      world.clock.advance(callTimeoutMs);
      for (const { errors } of await answers) expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_TIMEOUT' });
    }
    expect(isHeld(await ask())).toBe(true);
  });

  test('gets one probe after each pause, which grows from one second to ten, and all calls after the first success', async () => {
    await start({ retries: 0 });
    await world.admin.fault({ path: PATHS.sessions, status: 503 });
    await untilHeld();
    for (const seconds of [1, 2, 4, 8, 10, 10, 10]) {
      const [held] = (await ask()).errors;
      expect(held?.extensions['retryAfterSeconds']).toBe(seconds);
      world.clock.advance(seconds * 1_000 - 1);
      expect(await sentOf(20)).toBe(0);
      world.clock.advance(1);
      expect(await sentOf(20)).toBe(1);
    }
    await world.admin.endFaults();
    world.clock.advance(10_000);
    expect((await ask()).errors).toEqual([]);
    await expectSteady();
    expect(world.logged.filter((line) => line.includes('the platform keeps failing'))).toHaveLength(1);
    expect(world.logged.filter((line) => line.includes('the platform is responding again'))).toHaveLength(1);
  });

  test('gets another probe a pause later if the first one has no response yet', async () => {
    await start();
    await world.admin.fault({ path: PATHS.sessions, status: 503 });
    await untilHeld();
    await world.admin.endFaults();
    await world.admin.forgetCalls();
    await world.admin.fault({ path: PATHS.sessions, latencyMilliseconds: 60_000, times: 1 });
    world.clock.advance(1_000);
    const slow = ask();
    await eventually(callCount).toBe(1);
    expect(isHeld(await ask())).toBe(true);
    world.clock.advance(1_000);
    expect((await ask()).errors).toEqual([]);
    await expectSteady();
    await world.simulator.close();
    expect((await slow).errors).toHaveLength(1);
  });

  test('gets every call if the breaker is off', async () => {
    await start({ breakerFailures: 0, retries: 0 });
    await world.admin.fault({ path: PATHS.sessions, status: 503 });
    for (let round = 0; round < 10; round += 1) {
      await askMany(5);
      world.clock.advance(1_000);
    }
    expect(await callCount()).toBe(50);
  });

  test('still gets calls after failures that last less than a second', async () => {
    await start({ retries: 0 });
    await ask();
    await world.admin.fault({ path: PATHS.sessions, reset: true, times: 19 });
    await askMany(19);
    await expectSteady();
  });

  test('gets no request that starts a report, which may be sent again with its idempotency key', async () => {
    await start();
    await world.admin.fault({ status: 503 });
    await untilHeld();
    const variables = { input: { imei: ['709312034493372'], portalInitiated: true, idempotencyKey: 'a-key' } };
    const { errors } = await world.query(RequestAggregatedReportDocument, variables);
    expect(errors[0]?.message).toMatch(NOT_ASKED);
    expect(errors[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 1 });
    expect(await world.admin.calls(PATHS.async)).toEqual([]);
    await world.admin.endFaults();
    world.clock.advance(1_000);
    expect((await world.query(RequestAggregatedReportDocument, variables)).errors).toEqual([]);
    expect(await world.admin.calls(PATHS.async)).toHaveLength(1);
  });

  test('gets its probe in time even if the system clock is set back', async () => {
    await start();
    await world.admin.fault({ path: PATHS.sessions, status: 503 });
    await untilHeld();
    await world.admin.endFaults();
    world.clock.setTimeOfDay('2026-11-19T00:00:00Z');
    expect(isHeld(await ask())).toBe(true);
    world.clock.advance(1_000);
    expect((await ask()).errors).toEqual([]);
    await expectSteady();
  });

  test('at the token call gets no more calls either, and recovers within seconds', async () => {
    await start();
    await world.admin.fault({ path: PATHS.token, status: 500 });
    expect((await ask()).errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await world.admin.forgetCalls();
    for (const answer of await askMany(30)) expect(isHeld(answer)).toBe(true);
    expect(await world.admin.calls()).toEqual([]);
    await world.admin.endFaults();
    world.clock.advance(1_000);
    await expectSteady();
  });
});

describe('a platform that works', { timeout: 60_000 }, () => {
  let world: World;
  afterEach(() => world.close());

  test.each([
    { what: 'one device that always fails', fault: { status: 500 } },
    { what: 'one device whose connection always breaks', fault: { reset: true } },
  ])('still gets calls despite $what', async ({ fault }) => {
    world = await startWorld();
    const [bad = '', ...good] = world.devices('meter', 20);
    await world.admin.fault({ imei: bad, ...fault });
    const ask = (imei: string): Promise<Answer> => world.query(SessionsReportDocument, { input: { imei } });
    for (let round = 0; round < 30; round += 1) {
      expect((await ask(bad)).errors[0]?.message).not.toMatch(NOT_ASKED);
    }
    for (const { errors } of await Promise.all(good.map(ask))) expect(errors).toEqual([]);
  });

  test.each([400, 401, 403, 404, 409, 418, 429])('still gets calls despite many responses with %d', async (status) => {
    world = await startWorld({ config: { retries: 0 } });
    const [imei = ''] = world.devices('meter', 1);
    await world.admin.fault({ path: PATHS.sessions, status });
    for (let durationLow = 0; durationLow < 40; durationLow += 1) {
      const { errors } = await world.query(SessionsReportDocument, { input: { imei, durationLow } });
      expect(errors[0]?.message).not.toMatch(NOT_ASKED);
      world.clock.advance(200);
    }
    await world.admin.endFaults();
    expect((await world.query(SessionsReportDocument, { input: { imei } })).errors).toEqual([]);
  });
});
