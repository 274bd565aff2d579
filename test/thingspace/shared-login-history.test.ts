import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';
import { fc } from '../support/fast-check.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const WRONG = { password: 'wrong' };

describe('servers that share a store', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  /** Provides the simulator and the clock of all servers, and sends no queries itself. */
  let platform: World;
  let storage: { readonly dataDir: string; readonly databaseUrl: string | null };
  const running: World[] = [];

  beforeAll(async () => {
    built = await buildServer();
  }, 120_000);
  afterAll(() => built.remove());
  beforeEach(async () => {
    platform = await startWorld();
    storage = { dataDir: await mkdtemp(path.join(tmpdir(), 'device-reports-')), databaseUrl: null };
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((world) => world.close()));
    await platform.close();
    await rm(storage.dataDir, { recursive: true, force: true });
  });

  const start = async (credentials: Partial<World['simulator']['credentials']> = {}): Promise<World> => {
    const world = await startWorld({
      simulatorOf: platform,
      config: { ...storage, retries: 0, credentials: { ...platform.simulator.credentials, ...credentials } },
    });
    running.push(world);
    return world;
  };
  const stop = async (world: World): Promise<void> => {
    running.splice(running.indexOf(world), 1);
    await world.close();
  };
  const ask = (world: World): Promise<Answer> =>
    world.query(SessionsReportDocument, { input: { imei: platform.devices('meter', 1)[0] ?? '' } });
  const codeOf = async (world: World): Promise<unknown> => (await ask(world)).errors[0]?.extensions['code'];
  const loginCount = async (): Promise<number> => (await platform.admin.calls(PATHS.login)).length;
  const maxFailedLogins = async (): Promise<number> => {
    const response = await fetch(`${platform.simulator.adminUrl}/sign-in`);
    return ((await response.json()) as { maxFailedLogins: number }).maxFailedLogins;
  };
  const resetSignIn = async (credentials: World['simulator']['credentials']): Promise<string> => {
    const { exited, output, complaints } = built.start(
      {
        THINGSPACE_BASE_URL: platform.simulator.url,
        THINGSPACE_CLIENT_ID: credentials.clientId,
        THINGSPACE_CLIENT_SECRET: credentials.clientSecret,
        THINGSPACE_USERNAME: credentials.username,
        THINGSPACE_PASSWORD: credentials.password,
        DATA_DIR: storage.dataDir,
        DATABASE_URL: storage.databaseUrl ?? '',
      },
      'reset-sign-in.js',
    );
    await exited();
    return output() + complaints();
  };

  test('send a wrong password only twice in all, across all restarts', async () => {
    let worlds: World[] = await Promise.all([start(WRONG), start(WRONG), start(WRONG)]);
    for (let restarts = 0; restarts < 3; restarts += 1) {
      for (let round = 0; round < 2; round += 1) {
        const answers = await Promise.all(worlds.flatMap((world) => [ask(world), ask(world), ask(world)]));
        for (const { errors } of answers) {
          expect(['SIGN_IN_REFUSED', 'UPSTREAM_UNAVAILABLE']).toContain(errors[0]?.extensions['code']);
        }
        platform.clock.advance(60_000);
      }
      await Promise.all(worlds.map(stop));
      worlds = await Promise.all([start(WRONG), start(WRONG)]);
    }
    for (const world of worlds) expect(await codeOf(world)).toBe('SIGN_IN_REFUSED');
    expect(await loginCount()).toBe(2);
    expect(await maxFailedLogins()).toBe(2);
  });

  test('each sign in if all start at once', async () => {
    const worlds = await Promise.all([start(), start(), start(), start()]);
    await platform.admin.fault({ path: PATHS.login, latencyMilliseconds: 20 });
    for (const { errors } of await Promise.all(worlds.map(ask))) {
      if (errors.length > 0) expect(errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
    }
    platform.clock.advance(20_000);
    for (const world of worlds) expect((await ask(world)).errors).toEqual([]);
    expect(await loginCount()).toBe(4);
  });

  test('work with the right password after a restart, without a reset', async () => {
    const wrong = await start(WRONG);
    for (let times = 0; times < 3; times += 1) expect(await codeOf(wrong)).toBe('SIGN_IN_REFUSED');
    await stop(wrong);
    expect((await ask(await start())).errors).toEqual([]);
    expect((await ask(await start())).errors).toEqual([]);
    expect(await maxFailedLogins()).toBe(2);
  });

  test.each(['SQLite', 'PostgreSQL'])('sign in again after a reset while they run, on %s', async (kind) => {
    if (kind === 'PostgreSQL') storage = { ...storage, databaseUrl: await createDatabase() };
    const { credentials } = platform.simulator;
    const world = await start();
    await platform.admin.signIn({ password: 'another' });
    for (let times = 0; times < 3; times += 1) expect(await codeOf(world)).toBe('SIGN_IN_REFUSED');
    await platform.admin.signIn({ password: credentials.password });
    expect(await codeOf(world)).toBe('SIGN_IN_REFUSED');
    expect(await resetSignIn(credentials)).toBe(
      'Cleared: 2 rejections of these credentials, and 2 logins of this user that may count as failed. Servers may sign in again.\n',
    );
    expect((await ask(world)).errors).toEqual([]);
    expect(await resetSignIn(credentials)).toBe('There were no failed logins to clear. Servers may sign in.\n');
    await stop(world);
    expect(await resetSignIn({ ...credentials, username: '' })).toMatch(
      /^The configuration is not valid:\n.*THINGSPACE_USERNAME/,
    );
  });

  test('never lock the user, whatever fails, and whoever is restarted with any password', async () => {
    const outcomes = {
      right: null,
      rejected: { status: 401, body: 'errorCode', code: 'X', message: 'No' },
      lost: { resetAfterEffect: true },
      timedOut: { status: 504, body: 'html' },
      failed: { status: 500 },
    };
    const steps = fc.array(
      fc.record({
        replica: fc.nat({ max: 2 }),
        outcome: fc.constantFrom(...(Object.keys(outcomes) as (keyof typeof outcomes)[])),
        password: fc.constantFrom('right', 'right', 'wrong', 'wrong', 'also wrong'),
        isRestarted: fc.boolean(),
        minutes: fc.constantFrom(0, 0, 1, 5, 60),
      }),
      { minLength: 6, maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        await rm(storage.dataDir, { recursive: true, force: true });
        await platform.admin.signIn({ locked: false, failedLogins: 0 });
        const replicas: World[] = [];
        for (const { replica, outcome, password, isRestarted, minutes } of sequence) {
          const before = replicas[replica];
          if (before === undefined || isRestarted) {
            if (before !== undefined) await stop(before);
            replicas[replica] = await start(password === 'right' ? {} : { password });
          }
          await platform.admin.endFaults();
          const fault = outcomes[outcome];
          if (fault !== null) await platform.admin.fault({ path: PATHS.login, ...fault });
          await platform.admin.expire('session');
          await Promise.all(replicas.flatMap((world) => [ask(world), ask(world)]));
          platform.clock.advance(minutes * 60_000);
        }
        expect(await maxFailedLogins()).toBeLessThan(5);
        await Promise.all(running.splice(0).map((world) => world.close()));
      }),
      { numRuns: 20 },
    );
  });
});
