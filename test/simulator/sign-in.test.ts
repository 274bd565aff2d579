import { describe, expect, test } from 'vitest';
import { field } from '../support/world/simulator-client.ts';
import type { HeaderFields } from '../support/world/simulator-client.ts';
import { NOON, setUp } from '../support/world/simulator-setup.ts';

const MINUTE = 60_000;
const LOGIN = '/m2m/v1/session/login';
const UWS = 'UWS verification failure';
const SESSIONS = '/hyper-precise/v1/report/sessions';

describe('the token call', () => {
  test('returns the same token within the hour, with its remaining lifetime', async () => {
    const clock = { now: NOON };
    const { client } = await setUp({ now: () => clock.now });
    const first = await client.askToken();
    expect(first).toMatchObject({ status: 200, json: { token_type: 'Bearer', expires_in: 3600 } });

    clock.now += 50 * MINUTE;
    const second = await client.askToken();
    expect(second.json).toMatchObject({ access_token: field(first, 'access_token'), expires_in: 600 });

    clock.now += 10 * MINUTE;
    const third = await client.askToken();
    expect(third.json).toMatchObject({ expires_in: 3600 });
    expect(field(third, 'access_token')).not.toBe(field(first, 'access_token'));
  });

  test('rejects a wrong client and a wrong grant with the errors of RFC 6749', async () => {
    const { client } = await setUp();
    const wrong = await client.askToken({ grant_type: 'client_credentials' }, 'Basic d3Jvbmc6Y2xpZW50');
    expect(wrong).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
    expect(wrong.headers.get('www-authenticate')).toContain('Basic');
    expect(await client.askToken({}, 'Bearer x')).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
    expect(await client.askToken({})).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    expect(await client.askToken({ grant_type: 'password' })).toMatchObject({
      status: 400,
      json: { error: 'unsupported_grant_type' },
    });
  });
});

describe('the login call', () => {
  test('opens a new session each time, and all of them stay valid', async () => {
    const { client, imeisOf } = await setUp();
    const one = await client.signIn();
    const other = await client.signIn();
    expect(one['VZ-M2M-Token']).not.toBe(other['VZ-M2M-Token']);
    for (const tokens of [one, other]) {
      expect(await client.report('sessions', { imei: imeisOf('meter')[0] }, tokens)).toMatchObject({ status: 200 });
    }
  });

  test('ends the other sessions of the user if it is set to one session', async () => {
    const { client, simulator, imeisOf } = await setUp({ oneSession: true });
    const one = await client.signIn();
    const other = await client.signIn();
    const body = { accountNumber: simulator.accountNumber, imei: imeisOf('meter')[0] };
    const ask = (tokens: HeaderFields) => client.call('POST', SESSIONS, body, tokens);
    expect(await ask(one)).toMatchObject({
      status: 400,
      json: { errorCode: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired' },
    });
    expect(await ask(other)).toMatchObject({ status: 200 });
  });

  test('requires a valid bearer token and a complete body', async () => {
    const { client, simulator } = await setUp();
    const { username, password } = simulator.credentials;
    expect(await client.call('POST', LOGIN, { username, password })).toMatchObject({
      status: 401,
      json: { fault: { code: '900902', message: 'Missing Credentials' } },
    });
    expect(await client.call('POST', LOGIN, { username, password }, { authorization: 'Bearer dead' })).toMatchObject({
      status: 401,
      json: { fault: { code: '900901' } },
    });
    const authorization = `Bearer ${field(await client.askToken(), 'access_token')}`;
    expect(await client.call('POST', LOGIN, { username }, { authorization })).toMatchObject({
      status: 400,
      json: { errorCode: 'UnifiedWebService.INPUT_INVALID.Request.Invalid', errorMessage: 'password is required.' },
    });
    expect(await client.call('POST', LOGIN, '{', { authorization })).toMatchObject({ status: 400 });
  });

  test('locks the user after five rejections in a row, even with the right password, until it is unlocked', async () => {
    const { client } = await setUp();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await client.login('wrong')).toMatchObject({
        status: 401,
        json: { errorCode: 'UnifiedWebService.INPUT_INVALID.Credentials.Invalid' },
      });
    }
    expect(await client.login()).toMatchObject({
      status: 401,
      json: { errorCode: 'UnifiedWebService.REQUEST_FAILED.User.Locked' },
    });
    expect((await client.admin('GET', '/sign-in')).json).toEqual({
      failedLogins: 5,
      maxFailedLogins: 5,
      locked: true,
      logins: 6,
      tokens: 6,
    });

    await client.admin('POST', '/sign-in', { locked: false, failedLogins: 0 });
    expect(await client.login()).toMatchObject({ status: 200 });
  });

  test('resets the count of rejections after a success, and reports the longest series', async () => {
    const { client } = await setUp();
    for (let attempt = 0; attempt < 4; attempt += 1) await client.login('wrong');
    expect(await client.login()).toMatchObject({ status: 200 });
    for (let attempt = 0; attempt < 3; attempt += 1) await client.login('wrong');
    expect(await client.login()).toMatchObject({ status: 200 });
    expect((await client.admin('GET', '/sign-in')).json).toMatchObject({ failedLogins: 0, maxFailedLogins: 4 });
  });

  test('accepts a new password once the admin API has changed it', async () => {
    const { client } = await setUp();
    await client.admin('POST', '/sign-in', { password: 'other' });
    expect(await client.login()).toMatchObject({ status: 401 });
    expect(await client.login('other')).toMatchObject({ status: 200 });
  });
});

describe('a session', () => {
  async function start() {
    const clock = { now: NOON };
    const { client, imeisOf } = await setUp({ now: () => clock.now });
    const tokens = await client.signIn();
    const imei = imeisOf('silent')[0];
    const use = (changed: HeaderFields = {}) => client.report('sessions', { imei }, { ...tokens, ...changed });
    return { clock, client, tokens, use };
  }

  test('stays valid while it is used, and expires after twenty idle minutes', async () => {
    const { clock, use } = await start();
    clock.now += 19 * MINUTE;
    expect(await use()).toMatchObject({ status: 200 });
    clock.now += 19 * MINUTE;
    expect(await use()).toMatchObject({ status: 200 });
    clock.now += 20 * MINUTE;
    expect(await use()).toMatchObject({
      status: 400,
      json: { errorCode: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired' },
    });
  });

  test('has different error codes for missing and unknown tokens', async () => {
    const { client, use, tokens } = await start();
    expect(await use({ 'VZ-M2M-Token': 'never-given' })).toMatchObject({
      status: 400,
      json: { errorCode: 'UnifiedWebService.INPUT_INVALID.SessionToken.Invalid' },
    });
    const { authorization = '' } = tokens;
    expect(await client.call('POST', SESSIONS, {}, { authorization })).toMatchObject({
      status: 400,
      json: { errorCode: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Format' },
    });
  });

  test('ends at logout', async () => {
    const { client, use, tokens } = await start();
    expect(await client.call('POST', '/m2m/v1/session/logout', undefined, tokens)).toMatchObject({
      status: 200,
      json: { sessionToken: tokens['VZ-M2M-Token'] },
    });
    expect(await use()).toMatchObject({ status: 400 });
  });

  test('does not help a call whose bearer token is invalid', async () => {
    const { clock, use } = await start();
    clock.now += 10 * MINUTE;
    await use();
    expect(await use({ authorization: 'Bearer dead' })).toMatchObject({
      status: 401,
      json: { fault: { code: '900901' } },
    });
  });

  test('and a bearer token expire at once if the admin API says so', async () => {
    const { client, use } = await start();
    await client.admin('POST', '/tokens/expire', { which: 'session' });
    expect(await use()).toMatchObject({
      status: 400,
      json: { errorCode: 'UnifiedWebService.REQUEST_FAILED.SessionToken.Expired' },
    });
    await client.admin('POST', '/tokens/expire', { which: 'bearer' });
    expect(await use()).toMatchObject({ status: 401, json: { fault: { code: '900901' } } });
  });

  test.each([
    ['uwsParameter', 400, { errorCode: 'INVALID_PARAMETER', errorMessage: `${UWS} (The Session has expired.)` }],
    ['uwsAccess', 403, { errorCode: 'INVALID_ACCESS', errorMessage: `${UWS} (The Session has expired.)` }],
    ['uwsCommon', 401, { errorCode: 'INVALID_ACCESS', errorMessage: `${UWS} (Common exception)` }],
    ['expiredUnauthorized', 401, { errorCode: 'UNAUTHORIZED', errorMessage: 'The session has expired.' }],
    ['invalidMessage', 400, { errorMessage: 'The session token is invalid.' }],
    ['codeInvalid', 500, { errorCode: 'UnifiedWebService.INPUT_INVALID.SessionToken.Invalid' }],
  ])(
    'that the admin path ends with the answer %s is answered so, and a new one is live',
    async (answer, status, json) => {
      const { client, use } = await start();
      expect(await client.admin('POST', '/tokens/expire', { which: 'session', answer, status })).toMatchObject({
        status: 200,
      });
      for (let times = 0; times < 2; times += 1) expect(await use()).toMatchObject({ status, json });
      const opened = await client.signIn();
      expect(await use(opened)).toMatchObject({ status: 200 });
      expect(await use()).toMatchObject({ status, json });
    },
  );

  test('ends with a published answer and status only', async () => {
    const { client } = await start();
    for (const wrong of [{ answer: 'other' }, { status: 404 }, { which: 'bearer', status: 400 }]) {
      expect(await client.admin('POST', '/tokens/expire', { which: 'session', ...wrong })).toMatchObject({
        status: 400,
      });
    }
  });
});
