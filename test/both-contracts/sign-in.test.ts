import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { SessionsReportDocument } from '../support/graphql/graphql.ts';
import { eventually } from '../support/eventually.ts';
import { createHeldAnswers } from '../support/fakes/held-responses.ts';
import { answerWith, startRecordingPlatform, type Respond } from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type AnswerError, type World, type WorldOptions } from '../support/world/world.ts';

const MINUTE_MS = 60_000;
const SESSION_CODES = [
  'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired',
  'UnifiedWebService.INPUT_INVALID.SessionToken.Invalid',
  'UnifiedWebService.REQUEST_FAILED.SessionToken.Format',
];

describe('signing in', () => {
  let world: World;
  const start = async (options: WorldOptions = {}): Promise<void> => {
    world = await startWorld(options);
  };
  const ask = (): Promise<Answer> =>
    world.query(SessionsReportDocument, { input: { imei: world.devices('meter', 1)[0] ?? '' } });
  const expectAnswer = async (): Promise<void> => expect((await ask()).errors).toEqual([]);
  const failure = async (): Promise<AnswerError | undefined> => (await ask()).errors[0];
  const counts = async (): Promise<{ token: number; login: number; sessions: number }> => ({
    token: (await world.admin.calls(PATHS.token)).length,
    login: (await world.admin.calls(PATHS.login)).length,
    sessions: (await world.admin.calls(PATHS.sessions)).length,
  });

  afterEach(() => world.close());

  describe('for a call with an expired token', () => {
    beforeEach(async () => {
      await start();
      await expectAnswer();
      await world.admin.forgetCalls();
    });
    const meet = (fault: Record<string, unknown>): Promise<void> =>
      world.admin.fault({ path: PATHS.sessions, ...fault });

    test('does not happen while both tokens are valid', async () => {
      await expectAnswer();
      expect(await counts()).toEqual({ token: 0, login: 0, sessions: 1 });
    });

    test.each([400, 401, 403, 500])(
      'renews the session for each of its error codes, with status %d',
      async (status) => {
        for (const body of ['errorCode', 'responseCode', 'fault', 'xml']) {
          for (const code of SESSION_CODES) {
            await world.admin.forgetCalls();
            await meet({ status, body, code, message: 'No.', times: 1 });
            await expectAnswer();
            expect(await counts()).toEqual({ token: 0, login: 1, sessions: 2 });
            world.clock.advance(MINUTE_MS);
          }
        }
      },
    );

    test.each(['The session has expired.', 'Session token EXPIRED, log in again', 'Expired session'])(
      'renews the session for the message "%s" without a code',
      async (message) => {
        await meet({ status: 400, rawBody: JSON.stringify({ message }), times: 1 });
        await expectAnswer();
        expect(await counts()).toEqual({ token: 0, login: 1, sessions: 2 });
      },
    );

    test.each(['INVALID_PARAMETER', 'INVALID_ACCESS', 'UNAUTHORIZED'])(
      'lets the message decide beside the generic code %s, and renews the session',
      async (code) => {
        await meet({ status: 400, body: 'errorCode', code, message: 'The session has expired.', times: 1 });
        await expectAnswer();
        expect(await counts()).toEqual({ token: 0, login: 1, sessions: 2 });
      },
    );

    test('ignores the message if there is a specific code', async () => {
      const code = 'HyperPreciseLocation.INPUT_INVALID.Window';
      await meet({ status: 400, body: 'errorCode', code, message: 'The session has expired.' });
      expect((await failure())?.extensions).toMatchObject({ code: 'UPSTREAM_BAD_REQUEST' });
      expect(await counts()).toEqual({ token: 0, login: 0, sessions: 1 });
    });

    test.each(['900901', '900902'])('renews only the bearer token for the gateway’s code %s', async (code) => {
      for (const body of ['fault', 'xml']) {
        await world.admin.forgetCalls();
        await meet({ status: 401, body, code, message: 'Invalid Credentials', times: 1 });
        await expectAnswer();
        expect(await counts()).toEqual({ token: 1, login: 0, sessions: 2 });
      }
    });

    test.each([
      { status: 401, body: 'responseCode', code: 'UNAUTHORIZED', message: 'No' },
      { status: 401, body: 'html' },
      { status: 401, body: 'empty' },
    ])('renews both for a 401 that does not say which: $body', async (fault) => {
      await meet({ ...fault, times: 1 });
      await expectAnswer();
      expect(await counts()).toEqual({ token: 1, login: 1, sessions: 2 });
    });

    test('renews both in turn if both have expired', async () => {
      await world.admin.expire('all');
      await expectAnswer();
      expect(await counts()).toEqual({ token: 1, login: 1, sessions: 3 });
    });

    test('renews a bearer token that the login rejects', async () => {
      await world.admin.expire('session');
      await world.admin.fault({
        path: PATHS.login,
        status: 401,
        body: 'fault',
        code: '900901',
        message: 'No',
        times: 1,
      });
      await expectAnswer();
      expect(await counts()).toEqual({ token: 1, login: 2, sessions: 2 });
    });

    test.each([
      { body: 'responseCode', code: 'UNAUTHORIZED', token: 1, login: 1 },
      { body: 'fault', code: '900901', token: 1, login: 0 },
      { body: 'errorCode', code: SESSION_CODES[0], token: 0, login: 1 },
    ])('gives up if a 401 ($code) persists', async ({ body, code, token, login }) => {
      await meet({ status: 401, body, code, message: 'No' });
      const error = await failure();
      expect(error?.extensions).toEqual({
        code: 'UPSTREAM_UNAUTHENTICATED',
        upstream: { status: 401, code, message: 'No' },
      });
      expect(error?.message).toMatch(/even new ones\. Check/);
      expect(await counts()).toEqual({ token, login, sessions: 2 });
    });
  });

  describe('respects the lifetime of a bearer token', () => {
    const statuses = async (): Promise<number[]> =>
      (await world.admin.calls(PATHS.sessions)).map(({ status }) => status);

    test('and renews it a minute before it expires, and again when it expires', async () => {
      await start();
      for (let minutes = 0; minutes < 59; minutes += 15) {
        await expectAnswer();
        world.clock.advance(minutes === 45 ? 13.9 * MINUTE_MS : 15 * MINUTE_MS);
      }
      await expectAnswer();
      expect(await counts()).toMatchObject({ token: 1, login: 1 });
      world.clock.advance(0.2 * MINUTE_MS);
      await expectAnswer();
      expect(await counts()).toMatchObject({ token: 2, login: 1 });
      await expectAnswer();
      expect(await counts()).toMatchObject({ token: 2, login: 1 });
      world.clock.advance(MINUTE_MS);
      await expectAnswer();
      expect(await counts()).toMatchObject({ token: 3, login: 1 });
      expect(new Set(await statuses())).toEqual(new Set([200]));
    });

    test.each([3, 61, 90, 600])('if only %d s of it are left for a new process', async (seconds) => {
      await start();
      const { clientId, clientSecret } = world.simulator.credentials;
      await fetch(`${world.simulator.url}${PATHS.token}`, {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      world.clock.advance((3_600 - seconds) * 1_000);
      for (let round = 0; round < 5; round += 1) {
        await expectAnswer();
        world.clock.advance(Math.ceil((seconds * 1_000) / 3));
      }
      expect(new Set(await statuses())).toEqual(new Set([200]));
      expect((await counts()).token).toBeLessThanOrEqual(4);
      expect((await counts()).login).toBe(1);
    });

    test.each([
      { life: undefined, callsInADay: 1 },
      { life: null, callsInADay: 1 },
      { life: -1, callsInADay: 1 },
      { life: 'forever', callsInADay: 1 },
      { life: '7200', callsInADay: 13 },
      { life: 0, callsInADay: 25 },
    ])('if expires_in is $life', async ({ life, callsInADay }) => {
      const platform = await startRecordingPlatform();
      platform.onRequest(
        PATHS.token,
        answerWith({ access_token: 'a-bearer-token', token_type: 'Bearer', expires_in: life }),
      );
      platform.onRequest(PATHS.sessions, answerWith({ id: '1', txid: 'a-txid', sessions: [] }));
      await start({ config: { baseUrl: platform.url } });
      for (let hour = 0; hour <= 24; hour += 1) {
        await expectAnswer();
        world.clock.advance(60 * MINUTE_MS);
      }
      // At the first sign-in a token without lifetime is requested twice: for the login and for the call.
      expect(platform.requestsTo(PATHS.token)).toHaveLength(callsInADay + (life === 0 ? 1 : 0));
      await platform.close();
    });

    test('does not send a session again that is rejected while a bearer token is requested', async () => {
      const platform = await startRecordingPlatform();
      const [reports, tokens] = [createHeldAnswers(), createHeldAnswers()];
      const answerToken = answerWith({ access_token: 'a-bearer-token', token_type: 'Bearer', expires_in: 0 });
      const answerReport: Respond = (response, request) => {
        const isDead = request.headers['vz-m2m-token']?.toString() === 'session-1';
        const answer = isDead ? { errorCode: SESSION_CODES[0] } : { id: '1', txid: 'a-txid', sessions: [] };
        answerWith(answer, isDead ? 401 : 200)(response, request);
      };
      let logins = 0;
      platform.onRequest(PATHS.token, answerToken);
      platform.onRequest(PATHS.login, (response, request) => {
        answerWith({ sessionToken: `session-${(logins += 1)}` })(response, request);
      });
      platform.onRequest(PATHS.sessions, reports.hold(answerReport));
      await start({ config: { baseUrl: platform.url } });
      const rejected = ask();
      await eventually(reports.count).toBe(1);
      platform.onRequest(PATHS.token, tokens.hold(answerToken));
      platform.onRequest(PATHS.sessions, answerReport);
      const next = world.query(SessionsReportDocument, {
        input: { imei: world.devices('meter', 2)[1] ?? '' },
      });
      await eventually(tokens.count).toBe(1);
      reports.letOneGo();
      await eventually(() => platform.answeredTo(PATHS.sessions)).toBe(1);
      platform.onRequest(PATHS.token, answerToken);
      tokens.letAllGo();
      expect([(await rejected).errors, (await next).errors]).toEqual([[], []]);
      const sent = platform.requestsTo(PATHS.sessions).map(({ headers }) => headers['vz-m2m-token']?.toString());
      expect(sent).toEqual(['session-1', 'session-2', 'session-2']);
      await platform.close();
    });
  });

  describe('retries if that is safe:', () => {
    beforeEach(() => start());

    test.each([
      { status: 500 },
      { status: 502 },
      { status: 503 },
      { status: 429 },
      { reset: true },
      { truncate: true },
    ])('the token call after %o', async (fault) => {
      await world.admin.fault({ path: PATHS.token, ...fault, times: 2 });
      await expectAnswer();
      expect(await counts()).toMatchObject({ token: 3, login: 1 });
      expect(world.clock.pauses).toEqual([200, 400]);
    });

    test.each([429, 503])('the login after a %d, once Retry-After has passed', async (status) => {
      await world.admin.fault({ path: PATHS.login, status, headers: { 'Retry-After': '3' }, times: 2 });
      await expectAnswer();
      expect(await counts()).toMatchObject({ token: 1, login: 3 });
      expect(world.clock.pauses).toEqual([3_000, 3_000]);
    });

    test.each([
      { status: 500 },
      { status: 502 },
      { status: 504 },
      { reset: true },
      { truncate: true },
      { rawBody: '{' },
    ])('never the login after %o', async (fault) => {
      await world.admin.fault({ path: PATHS.login, ...fault });
      expect((await failure())?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect(await counts()).toEqual({ token: 1, login: 1, sessions: 0 });
    });
  });

  test.each(['session', 'bearer'] as const)(
    'renews a %s token that keeps expiring five times at once, then every five seconds',
    async (which) => {
      await start();
      await expectAnswer();
      const ends = async (): Promise<void> => world.admin.expire(which);
      for (let renewal = 0; renewal < 5; renewal += 1) {
        await ends();
        await expectAnswer();
      }
      await ends();
      for (let tries = 0; tries < 3; tries += 1) {
        expect((await failure())?.extensions).toMatchObject({ code: 'UPSTREAM_UNAUTHENTICATED' });
      }
      world.clock.advance(5_000);
      await expectAnswer();
      await ends();
      expect((await failure())?.extensions).toMatchObject({ code: 'UPSTREAM_UNAUTHENTICATED' });
      world.clock.advance(5_000);
      await expectAnswer();
      expect(await counts()).toMatchObject(which === 'session' ? { token: 1, login: 8 } : { token: 8, login: 1 });
    },
  );

  test.each([PATHS.token, PATHS.login])('says what to check if the platform has no %s', async (path) => {
    await start();
    for (const status of [302, 404, 405]) {
      await world.admin.endFaults();
      await world.admin.fault({ path, status, body: 'html' });
      const error = await failure();
      expect(error?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstream: { status } });
      expect(error?.message).toContain('THINGSPACE_BASE_URL');
      world.clock.advance(5 * MINUTE_MS);
    }
    await world.admin.endFaults();
    await expectAnswer();
  });

  test.each([
    { path: PATHS.token, rawBody: '{"access_token":"two\\nlines","expires_in":3600}' },
    { path: PATHS.token, rawBody: '{"access_token":""}' },
    { path: PATHS.token, rawBody: '[]' },
    { path: PATHS.login, rawBody: '{"sessionToken":"Ünicode"}' },
    { path: PATHS.login, rawBody: '{"sessionToken":null}' },
  ])('does not use the token in $rawBody', async ({ path, rawBody }) => {
    await start();
    await world.admin.fault({ path, rawBody });
    expect((await failure())?.extensions).toEqual({
      code: 'UPSTREAM_UNAVAILABLE',
      upstream: { status: 200, code: null, message: null },
    });
    await world.admin.endFaults();
    await expectAnswer();
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
