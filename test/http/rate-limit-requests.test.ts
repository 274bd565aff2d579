import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { sendRaw, type RawAnswer } from '../support/raw-request.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const QUERY = `{ sessionsReport(input: { imei: "${IMEI}", accountNumber: "0844021539-00001" }) { deviceId } }`;
const MINUTE_MS = 60_000;

describe('requests', () => {
  let issuer: TokenIssuer;
  let world: World | null = null;
  beforeEach(async () => {
    issuer = await startTokenIssuer();
  });
  afterEach(async () => {
    await world?.close();
    await issuer.close();
    world = null;
  });

  const open = async (config: Settings): Promise<World> => (world = await startWorld({ config }));
  const ask = (of: World, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    sendRaw(of.url, {
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ query: QUERY }),
    });
  const statusesOf = async (times: number, send: (at: number) => Promise<RawAnswer>): Promise<number[]> => {
    const statuses: number[] = [];
    for (let at = 0; at < times; at += 1) statuses.push((await send(at)).status);
    return statuses;
  };

  test('over the rate limit are rejected in both lanes, with the time to wait and without an upstream call', async () => {
    const of = await open({ rateLimitPerMinute: 3 });
    expect(await statusesOf(5, () => ask(of))).toEqual([200, 200, 200, 429, 429]);
    const rejected = await ask(of);
    expect(rejected.headers).toMatchObject({ 'retry-after': '20', 'content-type': 'application/json; charset=utf-8' });
    expect(JSON.parse(rejected.body)).toEqual({
      errors: [
        {
          message: 'Too many requests. Send the next one after 20 s.',
          extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 20 },
        },
      ],
    });
    expect(await of.admin.calls(PATHS.sessions)).toHaveLength(3);
    of.clock.advance(20_000);
    expect(await statusesOf(2, () => ask(of))).toEqual([200, 429]);
    of.clock.advance(-10 * MINUTE_MS);
    expect((await ask(of)).headers['retry-after']).toBe('20');
    of.clock.advance(20_000);
    expect(await statusesOf(2, () => ask(of))).toEqual([200, 429]);
  });

  test('are not limited by default', async () => {
    const of = await open({});
    expect(new Set(await statusesOf(100, () => ask(of)))).toEqual(new Set([200]));
  });

  test('are counted per address as a trusted proxy reports it, not as the client claims it', async () => {
    const of = await open({ rateLimitPerMinute: 2, trustedProxies: 1 });
    const from = (forwarded: string) => ask(of, { 'X-Forwarded-For': forwarded });
    expect(await statusesOf(3, () => from('192.0.2.1'))).toEqual([200, 200, 429]);
    expect(await statusesOf(3, (at) => from(`198.51.100.${at}, 192.0.2.2`))).toEqual([200, 200, 429]);
    expect(await statusesOf(3, (at) => from(`2001:db8::${at}`))).toEqual([200, 200, 429]);
    await of.close();
    const direct = await open({ rateLimitPerMinute: 2 });
    expect(await statusesOf(3, (at) => ask(direct, { 'X-Forwarded-For': `192.0.2.${at}` }))).toEqual([200, 200, 429]);
  });

  test('are counted per caller if the token is valid, and otherwise per address', async () => {
    const of = await open({ rateLimitPerMinute: 2, tokens: issuer.config });
    const as = async (sub: string) => {
      const claims = { accounts: [of.simulator.accountNumber], sub };
      return ask(of, { Authorization: `Bearer ${await issuer.token(of.clock.now(), claims)}` });
    };
    expect(await statusesOf(3, () => as('one'))).toEqual([200, 200, 429]);
    expect(await statusesOf(3, () => as('two'))).toEqual([200, 200, 429]);
    expect(await statusesOf(4, (at) => ask(of, { Authorization: `Bearer guess-${at}` }))).toEqual([401, 401, 429, 429]);
    expect(await statusesOf(1, () => as('three'))).toEqual([200]);
  });

  test('are counted together for tokens that name no caller but the same accounts, however many tokens there are', async () => {
    const of = await open({ rateLimitPerMinute: 2, tokens: issuer.config });
    const { accountNumber } = of.simulator;
    const as = async (claims: Record<string, unknown>) =>
      ask(of, { Authorization: `Bearer ${await issuer.token(of.clock.now(), claims)}` });
    const nameless = { sub: undefined, accounts: [accountNumber, 'another'] };
    expect(await statusesOf(3, (at) => as({ ...nameless, jti: `token-${at}` }))).toEqual([200, 200, 429]);
    expect(await statusesOf(1, () => as({ ...nameless, sub: '', jti: 'one' }))).toEqual([429]);
    expect(await statusesOf(1, () => as({ ...nameless, accounts: `another ${accountNumber}`, jti: 'one' }))).toEqual([
      429,
    ]);
    // Other accounts, or a client, are another caller.
    expect(await statusesOf(1, () => as({ ...nameless, accounts: [accountNumber], jti: 'one' }))).toEqual([200]);
    expect(await statusesOf(3, (at) => as({ ...nameless, client_id: 'a-client', jti: `token-${at}` }))).toEqual([
      200, 200, 429,
    ]);
  });

  test('are counted per address if callers bring tokens that only the platform can check', async () => {
    const of = await open({ rateLimitPerMinute: 2, callersBringTokens: true });
    const send = (at: number) => ask(of, { Authorization: `Bearer made-up-${at}`, 'VZ-M2M-Token': `made-up-${at}` });
    expect((await statusesOf(4, send)).slice(2)).toEqual([429, 429]);
  });

  test('are not limited if they are callbacks or health checks', async () => {
    const of = await open({ rateLimitPerMinute: 1 });
    await ask(of);
    expect((await ask(of)).status).toBe(429);
    const path = new URL(of.callbackUrl).pathname;
    expect(await statusesOf(5, () => sendRaw(of.url, { path, body: '{}' }))).toEqual([200, 200, 200, 200, 200]);
    expect((await sendRaw(of.url, { method: 'GET', path: '/health' })).status).toBe(200);
  });

  test('are counted together with downloads and the GraphiQL page', async () => {
    const of = await open({ rateLimitPerMinute: 2 });
    const page = await sendRaw(of.url, { method: 'GET', headers: { Accept: 'text/html' } });
    const download = await sendRaw(of.url, { method: 'GET', path: '/reports/none' });
    expect([page.status, download.status, (await ask(of)).status]).toEqual([200, 404, 429]);
  });
});
