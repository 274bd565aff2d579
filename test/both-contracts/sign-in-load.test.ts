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
    // Long timeouts, because these tests are not about a busy machine.
    world = await startWorld({ config: { callTimeoutMs: 60_000, totalTimeoutMs: 300_000, ...config } });
  };
  /** Not with fetch, which gives up if a busy machine does not connect within ten seconds. */
  const ask = async (input: Record<string, unknown>): Promise<Answer> => {
    const { status, body } = await sendRaw(world.url, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: print(SessionsReportDocument), variables: { input } }),
    });
    const { data = null, errors = [], extensions = {} } = JSON.parse(body) as Partial<Answer>;
    return { status, data, errors, extensions };
  };
  /** Sends queries at once that cannot share calls. It pauses, because a listener accepts only a few hundred connections a turn. */
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

  test('makes one token call and one login for 1,000 queries at once on a cold start', async () => {
    await start();
    await world.admin.fault({ path: PATHS.login, latencyMilliseconds: 1_000 });
    expect(await countFailed(askMany(1_000))).toBe(0);
    expect(await counts()).toEqual({ token: 1, login: 1, sessions: 1_000 });
    expect(warnings).toEqual([]);
  });

  test('makes one of each even if all 1,000 queries have their own upstream connection', async () => {
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
  ] as const)(
    'renews an expired token ($which) once in mid-flight, and fails no query',
    async ({ which, token, login }) => {
      await start();
      await countFailed(askMany(1));
      await world.admin.forgetCalls();
      // So slow that most are still to come when the token expires.
      await world.admin.fault({ latencyMilliseconds: 25 });
      const answers = askMany(400);
      await eventually(async () => (await counts()).sessions).toBeGreaterThan(100);
      await world.admin.expire(which);
      expect(await countFailed(answers)).toBe(0);
      expect(await counts()).toMatchObject({ token, login });
    },
  );

  test('renews a session that expired while idle once for all queries', async () => {
    await start();
    await countFailed(askMany(1));
    await world.admin.forgetCalls();
    world.clock.advance(25 * 60_000);
    expect(await countFailed(askMany(100))).toBe(0);
    expect(await counts()).toMatchObject({ token: 0, login: 1 });
  });

  test('sends few logins to a platform that rejects every session', async () => {
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

  test('sends few token calls to a platform that rejects every bearer token', async () => {
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

  test('works for all other devices if one device always gets 401', async () => {
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
