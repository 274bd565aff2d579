import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sendRaw } from '../support/raw-request.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

describe('a server that requires tokens', () => {
  let issuer: TokenIssuer;
  let world: World;

  beforeEach(async () => {
    issuer = await startTokenIssuer();
    world = await startWorld({ config: { tokens: issuer.config } });
  });
  afterEach(async () => {
    await world.close();
    await issuer.close();
  });

  const claims = () => ({ accounts: [world.simulator.accountNumber] });
  const good = (more: Record<string, unknown> = {}) => issuer.token(world.clock.now(), { ...claims(), ...more });
  const unknown = () => issuer.token(world.clock.now(), claims(), { kid: 'made up' });
  const ask = (token: string | null, headers: Record<string, string> = {}): Promise<Answer> => {
    const [imei = ''] = world.devices('tracker', 1);
    return world.query(
      `{ device(imei: "${imei}") { usage(startDate: "2026-11-01", endDate: "2026-11-18") { imei } } }`,
      {},
      {
        headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers },
      },
    );
  };
  const codeOf = ({ status, errors }: Answer) => [status, ...errors.map(({ extensions }) => extensions['code'])];
  const UNAUTHENTICATED = [401, 'UNAUTHENTICATED'];

  test('accepts a valid token, and fetches the keys once', async () => {
    const token = await good();
    const answers = await Promise.all([ask(token), ask(token), ask(token)]);
    expect(answers.map(codeOf)).toEqual([[200], [200], [200]]);
    expect(answers[0].data?.['device']).toMatchObject({ usage: { imei: world.devices('tracker', 1)[0] } });
    expect(issuer.asked()).toBe(1);
    expect(codeOf(await ask(token))).toEqual([200]);
    expect(issuer.asked()).toBe(1);
  });

  test('responds with 401 if the token is missing, and says how to send one', async () => {
    const [imei = ''] = world.devices('tracker', 1);
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: `{ device(imei: "${imei}") { imei } }` }),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'No token was sent. Send it in the header Authorization, as Bearer, a space, and the token.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(await world.admin.calls()).toEqual([]);
  });

  test('responds with 401 to an expired token, but allows for a clock that is 30 seconds off', async () => {
    const token = await good();
    world.clock.advance(3_600_000 + 29_000);
    expect(codeOf(await ask(token))).toEqual([200]);
    world.clock.advance(2_000);
    const answer = await ask(token);
    expect(codeOf(answer)).toEqual(UNAUTHENTICATED);
    expect(answer.errors[0]?.message).toBe('The token has expired. Send a new one.');
  });

  test('responds with 401 to a token for another audience, from another issuer, not yet valid, or without an expiry', async () => {
    const seconds = Math.floor(world.clock.now() / 1_000);
    const tokens = await Promise.all([
      good({ aud: 'https://other.example.com' }),
      good({ aud: undefined }),
      good({ iss: 'https://evil.example.com/' }),
      good({ nbf: seconds + 120 }),
      good({ exp: undefined }),
      good({ exp: 'tomorrow' }),
    ]);
    for (const token of tokens) expect(codeOf(await ask(token))).toEqual(UNAUTHENTICATED);
    expect(await world.admin.calls()).toEqual([]);
  });

  test('accepts access tokens and tokens without a type, and no other kind of token', async () => {
    for (const typ of ['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/JWT']) {
      const token = await issuer.token(world.clock.now(), claims(), { typ });
      expect([typ, ...codeOf(await ask(token))]).toEqual([typ, 200]);
    }
    for (const typ of ['logout+jwt', 'dpop+jwt', 'id+jwt', 'secevent+jwt', 'application/x', 'jwt ', '']) {
      const token = await issuer.token(world.clock.now(), claims(), { typ });
      expect([typ, ...codeOf(await ask(token))]).toEqual([typ, ...UNAUTHENTICATED]);
    }
    expect(world.logged.filter((line) => line.includes('the header typ is that of another kind'))).toHaveLength(1);
  });

  test('responds with 401 to a token that hardly ever ends', async () => {
    expect(codeOf(await ask(await good({ exp: 253_402_300_799 })))).toEqual([200]);
    for (const exp of [253_402_300_800, 1e300, Number.MAX_VALUE])
      expect(codeOf(await ask(await good({ exp })))).toEqual(UNAUTHENTICATED);
  });

  test('names the claim with the accounts if a token does not have it', async () => {
    for (const accounts of [undefined, null, 7, {}]) {
      const answer = await ask(await good({ accounts }));
      expect(codeOf(answer)).toEqual(UNAUTHENTICATED);
      expect(answer.errors[0]?.message).toContain('no claim "accounts"');
    }
    expect(codeOf(await ask(await good({ accounts: [] })))).toEqual([200, 'BAD_USER_INPUT']);
  });

  test('logs at most once a minute why it refuses genuine tokens, and nothing of forged ones', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const reasons = () => world.logged.flatMap((line) => /"level":30.*"reason":"([^"]+)"/.exec(line)?.[1] ?? []);
    const askAll = async () => {
      await ask(await good({ aud: 'https://other.example.com' }));
      await ask(await good({ aud: undefined }));
      await ask(await good({ iss: 'https://evil.example.com/' }));
      await ask(await good({ exp: undefined }));
      await ask(await good({ exp: 1e300 }));
      await ask(await good({ accounts: undefined }));
      await ask(await issuer.token(world.clock.now(), { aud: 'x' }, { key: other }));
    };
    const expected = [
      'the claim aud is not accepted',
      'the claim aud is missing',
      'the claim iss is not accepted',
      'the claim exp is missing',
      'the claim exp is after the year 9999',
      'the claim accounts is missing',
    ];
    for (let times = 0; times < 3; times += 1) await askAll();
    expect(reasons()).toEqual(expected);
    world.clock.advance(60_000);
    await askAll();
    expect(reasons()).toEqual([...expected, ...expected]);
    expect(world.logged.join()).not.toContain('evil.example');
  });

  test('responds with 401 to a token with a wrong signature, or without one', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const [header = '', payload = '', signature = ''] = (await good()).split('.');
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwks = await (await fetch(issuer.jwksUrl)).text();
    const asHmac = `${encode({ alg: 'HS256', kid: 'key-1' })}.${payload}`;
    for (const token of [
      await issuer.token(world.clock.now(), claims(), { key: other }),
      await issuer.token(world.clock.now(), claims(), { kid: 'unknown' }),
      await issuer.token(world.clock.now(), claims(), { alg: 'HS256', key: Buffer.from(jwks) }),
      `${asHmac}.${createHmac('sha256', jwks).update(asHmac).digest('base64url')}`,
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'none' })}.${payload}.${signature}`,
      `${header}.${encode({ ...claims(), sub: 'root' })}.${signature}`,
      `${header}.${payload}`,
      'x',
      'a.b.c',
    ]) {
      expect(codeOf(await ask(token))).toEqual(UNAUTHENTICATED);
    }
    expect(await world.admin.calls()).toEqual([]);
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'bearer', 'Token abc', 'Bearer ü'])(
    'responds with 401 to the Authorization header %s',
    async (authorization) => {
      expect(codeOf(await ask(null, { Authorization: encodeURI(authorization).replaceAll('%20', ' ') }))).toEqual(
        UNAUTHENTICATED,
      );
    },
  );

  test('accepts a key that is published later, and fetches keys at most every 30 seconds', async () => {
    expect(codeOf(await ask(await good()))).toEqual([200]);
    issuer.rotate();
    const rotated = await good();
    expect(codeOf(await ask(rotated))).toEqual(UNAUTHENTICATED);
    expect(issuer.asked()).toBe(1);
    world.clock.advance(30_000);
    expect((await Promise.all([ask(rotated), ask(await unknown()), ask(rotated)])).map(codeOf)).toEqual([
      [200],
      UNAUTHENTICATED,
      [200],
    ]);
    expect(issuer.asked()).toBe(2);
    world.clock.setTimeOfDay('2026-11-20T06:00:00Z');
    for (const times of [3, 4]) {
      world.clock.advance(30_000);
      for (let tries = 0; tries < 3; tries += 1) expect(codeOf(await ask(await unknown()))).toEqual(UNAUTHENTICATED);
      expect(issuer.asked()).toBe(times);
    }
  });

  test('fetches the keys again after a while, even without an unknown key', async () => {
    expect(codeOf(await ask(await good()))).toEqual([200]);
    world.clock.advance(11 * 60_000);
    expect(codeOf(await ask(await good()))).toEqual([200]);
    await eventually(() => issuer.asked()).toBe(2);
  });

  test('fetches the keys at most every 5 seconds for unknown keys while the issuer is down', async () => {
    const token = await good();
    expect(codeOf(await ask(token))).toEqual([200]);
    issuer.rotate();
    const rotated = await good();
    issuer.fail('reset');
    for (const times of [2, 3, 4]) {
      world.clock.advance(times === 2 ? 30_000 : 5_000);
      const answers = [await ask(await unknown()), await ask(rotated), await ask(await unknown()), await ask(token)];
      const UNAVAILABLE = [503, 'AUTHENTICATION_UNAVAILABLE'];
      expect(answers.map(codeOf)).toEqual([UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, [200]]);
      expect(issuer.asked()).toBe(times);
    }
    issuer.fail(null);
    world.clock.advance(5_000);
    expect(codeOf(await ask(rotated))).toEqual([200]);
    expect(codeOf(await ask(await unknown()))).toEqual(UNAUTHENTICATED);
    expect(issuer.asked()).toBe(5);
  });

  test('responds with 503 while the keys cannot be fetched, and recovers on its own', async () => {
    issuer.fail(500);
    const token = await good();
    expect(codeOf(await ask(token))).toEqual([503, 'AUTHENTICATION_UNAVAILABLE']);
    issuer.fail(null);
    expect(codeOf(await ask(token))).toEqual([200]);
    issuer.fail(500);
    world.clock.advance(11 * 60_000);
    expect(codeOf(await ask(token))).toEqual([200]);
    await eventually(() => issuer.asked()).toBe(3);
    expect(codeOf(await ask(token))).toEqual([200]);
  });

  test('reads no key set over 1 MiB', async () => {
    issuer.pad(2 ** 20);
    expect(codeOf(await ask(await good()))).toEqual([503, 'AUTHENTICATION_UNAVAILABLE']);
    issuer.pad(0);
    world.clock.advance(5_001);
    expect(codeOf(await ask(await good()))).toEqual([200]);
  });

  test('checks tokens with the configured public key, and fetches none', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const other = await startWorld({
      simulatorOf: world,
      config: { tokens: { ...issuer.config, keys: { publicKey: pem } } },
    });
    const askOther = async (token: string) =>
      codeOf(await other.query('{ __typename }', {}, { headers: { Authorization: `Bearer ${token}` } }));
    const nowMs = world.clock.now();
    expect(await askOther(await issuer.token(nowMs, claims(), { alg: 'RS256', key: privateKey }))).toEqual([200]);
    expect(await askOther(await good())).toEqual(UNAUTHENTICATED);
    expect(await askOther(await issuer.token(nowMs, claims(), { alg: 'HS256', key: Buffer.from(pem) }))).toEqual(
      UNAUTHENTICATED,
    );
    expect(issuer.asked()).toBe(0);
    await other.close();
  });

  test('requires a token on every path but the health check', async () => {
    const statusOf = async (path: string, method = 'GET', accept = '*/*') =>
      (await sendRaw(world.url, { path, method, headers: { Accept: accept } })).status;
    const paths = ['/graphql', '/graphql/', '/graphql?query={__typename}', '/reports/x.csv'];
    for (const path of paths) expect([path, await statusOf(path)]).toEqual([path, 401]);
    for (const path of ['/GRAPHQL', '//graphql', '/nowhere']) expect([path, await statusOf(path)]).toEqual([path, 404]);
    expect(await statusOf('/graphql?query={__typename}', 'GET', 'text/event-stream')).toBe(401);
    expect(await statusOf('/graphql', 'POST')).toBe(401);
    expect(await statusOf('/health')).toBe(200);
  });

  test('shows GraphiQL to a browser without a token, but runs nothing for it', async () => {
    const page = await fetch(world.url, { headers: { Accept: 'text/html' } });
    expect(page.status).toBe(200);
    const asked = await fetch(`${world.url}?query={__typename}`, { headers: { Accept: 'text/html' } });
    expect(asked.headers.get('content-type')).toContain('text/html');
    const Host = 'x/elsewhere?query={__typename}&z=';
    const headers = { Accept: 'text/html', 'Apollo-Require-Preflight': 'true', Host };
    const byHost = await sendRaw(world.url, { path: '/graphql', method: 'GET', headers });
    expect(byHost.status).toBe(400);
    expect((await fetch(world.url, { method: 'POST', headers: { Accept: 'text/html' } })).status).toBe(401);
  });
});
