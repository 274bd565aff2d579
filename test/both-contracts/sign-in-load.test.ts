import { setImmediate } from 'node:timers/promises';
import { print } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { sendRaw } from '../support/raw-request.ts';
import { startWorld, type Answer, type World, type WorldOptions } from '../support/world/world.ts';

describe('sign-in under load', { timeout: 180_000 }, () => {
  let world: World;
  let warnings: Error[];
  const noteWarning = (warning: Error): void => void warnings.push(warning);

  beforeEach(() => {
    warnings = [];
    process.on('warning', noteWarning);
  });
  afterEach(async () => {
    process.off('warning', noteWarning);
    await world.close();
  });

  const start = async (config: WorldOptions['config'] = {}): Promise<void> => {
    // A busy machine is not what these tests are about.
    world = await startWorld({ config: { callTimeoutMs: 60_000, totalTimeoutMs: 300_000, ...config } });
  };
  /** Not by fetch, which gives up a connection that a busy machine has not made within ten seconds. */
  const ask = async (input: Record<string, unknown>): Promise<Answer> => {
    const { status, body } = await sendRaw(world.url, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: print(SessionsReportDocument), variables: { input } }),
    });
    const { data = null, errors = [], extensions = {} } = JSON.parse(body) as Partial<Answer>;
    return { status, data, errors, extensions };
  };
  /** Queries that no two of can share a call, all under way at once; a listener takes in only a few hundred connections a turn. */
  const askMany = async (count: number): Promise<Promise<Answer>[]> => {
    const [imei = ''] = world.devices('meter', 1);
    const answers: Promise<Answer>[] = [];
    for (let durationLow = 0; durationLow < count; durationLow += 1) {
      answers.push(ask({ imei, durationLow }));
      if (durationLow % 100 === 99) for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    }
    return answers;
  };
  const countFailed = async (answers: Promise<Promise<Answer>[]>): Promise<number> =>
    (await Promise.all(await answers)).filter(
      ({ data, errors }) => errors.length > 0 || data?.['sessionsReport'] == null,
    ).length;
  const counts = async (): Promise<{ token: number; login: number; sessions: number }> => ({
    token: (await world.admin.calls(PATHS.token)).length,
    login: (await world.admin.calls(PATHS.login)).length,
    sessions: (await world.admin.calls(PATHS.sessions)).length,
  });

  test('1,000 queries at once on a cold start are one token call and one login', async () => {
    await start();
    await world.admin.fault({ path: PATHS.login, latencyMilliseconds: 1_000 });
    expect(await countFailed(askMany(1_000))).toBe(0);
    expect(await counts()).toEqual({ token: 1, login: 1, sessions: 1_000 });
    expect(warnings).toEqual([]);
  });

  test('1,000 queries at once, every one with its own connection upstream, are still one of each', async () => {
    await start({ concurrency: 1_000 });
    await world.admin.fault({ path: PATHS.login, latencyMilliseconds: 1_000 });
    expect(await countFailed(askMany(1_000))).toBe(0);
    expect(await counts()).toEqual({ token: 1, login: 1, sessions: 1_000 });
    expect(warnings).toEqual([]);
  });

  test.each([
    { which: 'session', token: 0, login: 1 },
    { which: 'bearer', token: 1, login: 0 },
    { which: 'all', token: 1, login: 1 },
  ] as const)('a dead $which in mid-flight costs one renewal, and no query', async ({ which, token, login }) => {
    await start();
    await countFailed(askMany(1));
    await world.admin.forgetCalls();
    // So slow that most are still to come when the token dies.
    await world.admin.fault({ latencyMilliseconds: 25 });
    const answers = askMany(400);
    await eventually(async () => (await counts()).sessions).toBeGreaterThan(100);
    await world.admin.expire(which);
    expect(await countFailed(answers)).toBe(0);
    expect(await counts()).toMatchObject({ token, login });
  });

  test('a session that idled to its end is renewed once for all who come back', async () => {
    await start();
    await countFailed(askMany(1));
    await world.admin.forgetCalls();
    world.clock.advance(25 * 60_000);
    expect(await countFailed(askMany(100))).toBe(0);
    expect(await counts()).toMatchObject({ token: 0, login: 1 });
  });

  test('a platform that calls every session dead is not stormed with logins', async () => {
    await start();
    const code = 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired';
    await world.admin.fault({ path: PATHS.sessions, status: 400, body: 'errorCode', code, message: 'Expired' });
    for (const { errors } of await Promise.all(await askMany(300))) {
      expect(errors[0]?.extensions).toMatchObject({
        code: 'UPSTREAM_UNAUTHENTICATED',
        upstream: { status: 400, code },
      });
    }
    expect((await counts()).login).toBeLessThanOrEqual(6);
    expect((await counts()).sessions).toBeLessThanOrEqual(600);
    await world.admin.endFaults();
    expect(await countFailed(askMany(50))).toBe(0);
  });

  test('a platform that calls every bearer token dead is not stormed with token calls', async () => {
    await start();
    await world.admin.fault({ path: PATHS.sessions, status: 401, body: 'fault', code: '900901', message: 'Invalid' });
    for (const { errors } of await Promise.all(await askMany(300))) {
      expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAUTHENTICATED', upstream: { status: 401 } });
    }
    expect(await counts()).toMatchObject({ login: 1 });
    expect((await counts()).token).toBeLessThanOrEqual(6);
    await world.admin.endFaults();
    expect(await countFailed(askMany(50))).toBe(0);
  });

  test('an account that is always answered 401 does not cost the others their session', async () => {
    await start();
    const [imei = '', other = ''] = world.devices('meter', 2);
    await world.admin.fault({ imei: other, status: 401, body: 'responseCode', code: 'INVALID_ACCESS', message: 'No' });
    for (let round = 0; round < 30; round += 1) {
      const [good, bad] = await Promise.all(
        [imei, other].map((each) => world.query(SessionsReportDocument, { input: { imei: each } })),
      );
      expect(good?.errors).toEqual([]);
      expect(bad?.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAUTHENTICATED' });
    }
    expect((await counts()).login).toBeLessThanOrEqual(2);
    expect((await counts()).token).toBeLessThanOrEqual(6);
  });
});
