import { afterEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { fc } from '../support/fast-check.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type Answer, type AnswerError, type World, type WorldOptions } from '../support/world/world.ts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 15_000;
const RIGHT = {
  clientId: 'pq8gQv2eUZlJ0dVbTn4s7mXc1YfA',
  clientSecret: 'R5wKx9hLz3tBv6nGj2cDy8sPf0Ma',
  username: 'FLEETREPORTS01',
  password: 'Depot.Harbour-27',
};
const APPLICATION = {
  what: 'the application’s key and secret at the token call',
  variables: 'THINGSPACE_CLIENT_ID and THINGSPACE_CLIENT_SECRET',
};
const USER = {
  what: 'the user name and password at the login',
  variables: 'THINGSPACE_USERNAME and THINGSPACE_PASSWORD',
};
const SESSION_EXPIRED = { code: 'X.REQUEST_FAILED.SessionToken.Expired', message: 'Expired' };

describe('a failed sign-in', { timeout: 180_000 }, () => {
  let world: World;
  const start = async (config: WorldOptions['config'] = {}): Promise<void> => {
    world = await startWorld({ config });
  };
  const askMany = (count: number): Promise<Answer[]> => {
    const [imei = ''] = world.devices('meter', 1);
    return Promise.all(
      Array.from({ length: count }, (_, durationLow) =>
        world.query(SessionsReportDocument, { input: { imei, durationLow } }),
      ),
    );
  };
  const failure = async (): Promise<AnswerError> => {
    const [error] = (await askMany(1))[0]?.errors ?? [];
    if (error === undefined) throw new Error('no error');
    return error;
  };
  const codeOf = async (): Promise<unknown> => (await failure()).extensions['code'];
  const expectAnswer = async (): Promise<void> => expect((await askMany(1))[0]?.errors).toEqual([]);
  const callCount = async (path: string): Promise<number> => (await world.admin.calls(path)).length;

  afterEach(() => world.close());

  test.each([
    { what: 'password', path: PATHS.login, half: USER, credentials: { ...RIGHT, password: 'wrong' } },
    { what: 'user name', path: PATHS.login, half: USER, credentials: { ...RIGHT, username: 'wrong' } },
    { what: 'client secret', path: PATHS.token, half: APPLICATION, credentials: { ...RIGHT, clientSecret: 'wrong' } },
    { what: 'client id', path: PATHS.token, half: APPLICATION, credentials: { ...RIGHT, clientId: 'wrong' } },
  ])(
    'for a wrong $what is tried only twice, and then nothing is sent upstream',
    async ({ path, half, credentials }) => {
      await start({ credentials });
      const rejections = (await askMany(200)).map(({ errors }) => errors[0]);
      expect(new Set(rejections.map((error) => error?.extensions['code']))).toEqual(new Set(['SIGN_IN_REFUSED']));
      expect(await callCount(path)).toBe(2);
      await world.admin.forgetCalls();
      for (let day = 0; day < 3; day += 1) {
        for (const { errors } of await askMany(20)) {
          expect(errors[0]?.extensions).toMatchObject({ code: 'SIGN_IN_REFUSED', upstream: { status: 401 } });
          expect(errors[0]?.message).toBe(
            'Sign-in is blocked after repeated rejections, before the carrier locks the user. ' +
              `The platform rejected ${half.what}. Correct ${half.variables}, then restart the server. ` +
              'If they are already correct, run npm run reset-sign-in.',
          );
        }
        world.clock.advance(DAY_MS);
      }
      expect(await world.admin.calls()).toEqual([]);
    },
  );

  test('for a rejected application says so at the token call, which the password has no part in', async () => {
    await start({ credentials: { ...RIGHT, clientSecret: 'not-this-one' } });
    const { message, extensions } = await failure();
    expect(message).toBe(
      `The platform rejected ${APPLICATION.what}. Check ${APPLICATION.variables}: one more rejection blocks sign-in.`,
    );
    expect(extensions).toMatchObject({ code: 'SIGN_IN_REFUSED', upstream: { status: 401, code: 'invalid_client' } });
    expect(await callCount(PATHS.login)).toBe(0);
  });

  test('after one rejection warns that another one blocks sign-in, and has the platform’s own error', async () => {
    await start({ credentials: { ...RIGHT, password: 'not-this-one' } });
    const { message, extensions } = await failure();
    expect(message).toBe(
      `The platform rejected ${USER.what}. Check ${USER.variables}: one more rejection blocks sign-in.`,
    );
    expect(extensions).toEqual({
      code: 'SIGN_IN_REFUSED',
      upstream: {
        status: 401,
        code: 'UnifiedWebService.INPUT_INVALID.Credentials.Invalid',
        message: 'The user name or the password is wrong.',
      },
    });
    expect(await callCount(PATHS.login)).toBe(1);
  });

  test('for a password that changed while the server runs is tried only twice', async () => {
    await start();
    await expectAnswer();
    await world.admin.signIn({ password: 'another' });
    await world.admin.expire('session');
    await world.admin.forgetCalls();
    for (let round = 0; round < 4; round += 1) expect(await codeOf()).toBe('SIGN_IN_REFUSED');
    expect(await callCount(PATHS.login)).toBe(2);
  });

  test('has its rejections counted anew after a success', async () => {
    await start();
    for (let round = 0; round < 4; round += 1) {
      await world.admin.fault({
        path: PATHS.login,
        status: 401,
        body: 'errorCode',
        code: 'X',
        message: 'No',
        times: 1,
      });
      expect(await codeOf()).toBe('SIGN_IN_REFUSED');
      await expectAnswer();
      await world.admin.expire('session');
    }
  });

  test.each([
    { fault: { latencyMilliseconds: 60_000 }, code: 'UPSTREAM_TIMEOUT' },
    { fault: { reset: true }, code: 'UPSTREAM_UNAVAILABLE' },
    { fault: { resetAfterEffect: true }, code: 'UPSTREAM_UNAVAILABLE' },
    { fault: { status: 504, body: 'html' }, code: 'UPSTREAM_UNAVAILABLE' },
    { fault: { status: 502, body: 'empty' }, code: 'UPSTREAM_UNAVAILABLE' },
    { fault: { status: 408 }, code: 'UPSTREAM_TIMEOUT' },
  ])(
    'with an outcome that may count ($fault) pauses longer each time, and blocks sign-in before the fifth',
    async ({ fault, code }) => {
      await start({ callTimeoutMs: TIMEOUT_MS });
      await world.admin.fault({ path: PATHS.login, ...fault });
      const codeOfLogin = async (before: number): Promise<unknown> => {
        const failing = codeOf();
        if ('latencyMilliseconds' in fault) {
          await eventually(() => callCount(PATHS.login)).toBe(before + 1);
          world.clock.advance(TIMEOUT_MS);
        }
        return failing;
      };
      for (const [before, seconds] of [10, 30, 90].entries()) {
        expect(await codeOfLogin(before)).toBe(code);
        const [pausing] = (await askMany(20)).map(({ errors }) => errors[0]);
        expect(pausing?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: seconds });
        world.clock.advance(seconds * 1_000 - 1);
        expect((await failure()).extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 1 });
        expect(await callCount(PATHS.login)).toBe(before + 1);
        world.clock.advance(1);
      }
      expect(await codeOfLogin(3)).toBe(code);
      for (let day = 0; day < 3; day += 1) {
        expect(await codeOf()).toBe('SIGN_IN_REFUSED');
        world.clock.advance(DAY_MS);
      }
      expect(await callCount(PATHS.login)).toBe(4);
    },
  );

  test('with an outcome that cannot count never blocks sign-in, and pauses from the second time on', async () => {
    await start();
    await world.admin.fault({ path: PATHS.login, status: 500 });
    expect((await failure()).extensions).toMatchObject({ upstream: { status: 500 } });
    for (const seconds of [5, 10, 15, 15, 15, 15, 15]) {
      expect((await failure()).extensions).toMatchObject({ upstream: { status: 500 } });
      expect((await failure()).extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: seconds });
      world.clock.advance(seconds * 1_000);
    }
    expect(await callCount(PATHS.login)).toBe(8);
    await world.admin.endFaults();
    await expectAnswer();
  });

  test('with a rate limit waits as long as Retry-After says, and reports it', async () => {
    await start();
    await world.admin.fault({ path: PATHS.login, status: 429, headers: { 'Retry-After': '120' }, times: 1 });
    expect((await failure()).extensions).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterSeconds: 120 });
    expect((await failure()).extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 120 });
    world.clock.advance(120_000);
    await expectAnswer();
    expect(await callCount(PATHS.login)).toBe(2);
  });

  test('because the login never accepts the bearer token is not a rejection, and causes few logins', async () => {
    await start();
    await world.admin.fault({ path: PATHS.login, status: 401, body: 'fault', code: '900901', message: 'Invalid' });
    for (const { errors } of await askMany(100)) {
      expect(['UPSTREAM_UNAUTHENTICATED', 'UPSTREAM_UNAVAILABLE']).toContain(errors[0]?.extensions['code']);
    }
    expect(await callCount(PATHS.login)).toBeLessThanOrEqual(4);
    world.clock.advance(60_000);
    await world.admin.endFaults();
    await expectAnswer();
  });

  test('never uses up the five failed logins that lock the user, whatever happens', async () => {
    const outcomes = {
      rejected: { status: 401, body: 'errorCode', code: 'X', message: 'No' },
      locked: { status: 403, body: 'empty' },
      timedOut: { status: 504, body: 'html' },
      reset: { reset: true },
      unreadable: { rawBody: '<html>' },
      failed: { status: 500 },
      deadBearer: { status: 401, body: 'fault', code: '900901', message: 'No' },
      busy: { status: 503 },
    };
    type Outcome = keyof typeof outcomes | 'success';
    const mayCount = new Set<Outcome>(['rejected', 'locked', 'timedOut', 'reset']);
    const isRejection = new Set<Outcome>(['rejected', 'locked']);
    const names = fc.constantFrom<Outcome>('success', ...(Object.keys(outcomes) as (keyof typeof outcomes)[]));
    const steps = fc.array(fc.record({ outcome: names, minutes: fc.constantFrom(0, 0, 1, 5, 600) }), {
      minLength: 5,
      maxLength: 15,
    });
    await start();
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        await world.close();
        await start({ retries: 0 });
        let counted = 0;
        let rejections = 0;
        for (const { outcome, minutes } of sequence) {
          await world.admin.endFaults();
          if (outcome !== 'success') await world.admin.fault({ path: PATHS.login, ...outcomes[outcome] });
          await world.admin.fault({
            path: PATHS.sessions,
            status: 400,
            body: 'errorCode',
            ...SESSION_EXPIRED,
            times: 1,
          });
          await world.admin.forgetCalls();
          const [answer] = await askMany(1);
          const logins = await callCount(PATHS.login);
          const succeeded = logins > 0 && outcome === 'success';
          counted = succeeded ? 0 : counted + (mayCount.has(outcome) ? logins : 0);
          rejections = succeeded ? 0 : rejections + (isRejection.has(outcome) ? logins : 0);
          expect(counted).toBeLessThan(5);
          expect(rejections).toBeLessThanOrEqual(2);
          expect(logins).toBeLessThanOrEqual(2);
          if (answer?.errors.length !== 0)
            expect(answer?.errors[0]?.extensions['code']).toMatch(/^(SIGN_IN|UPSTREAM)_/);
          world.clock.advance(minutes * 60_000);
        }
      }),
      { numRuns: 15 },
    );
  });
});
