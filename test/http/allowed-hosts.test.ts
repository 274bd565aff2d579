import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { fc } from '../support/fast-check.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

const QUERY = '{ sessionsReport(input: { imei: "709312034493372" }) { deviceId } }';
const PROGRESS = 'subscription { aggregatedReportProgress(txid: "none") { status } }';
const JSON_TYPE = { 'Content-Type': 'application/json' };

const asJson = (query: string, headers: Record<string, string> = {}): RawRequest => ({
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify({ query }),
});

/** Every kind of request that returns a caller's data, or leads to it. */
const protectedRequests: readonly (readonly [name: string, request: RawRequest])[] = [
  ['an operation', asJson(QUERY)],
  ['an operation that is already prepared', asJson(QUERY)],
  [
    'a query by GET',
    { method: 'GET', path: '/graphql?query={__typename}', headers: { 'apollo-require-preflight': '1' } },
  ],
  ['an event stream', asJson(PROGRESS, { Accept: 'text/event-stream' })],
  ['GraphiQL', { method: 'GET', headers: { Accept: 'text/html' } }],
  ['a download', { method: 'GET', path: '/reports/txid.csv?expires=1&signature=a' }],
];

describe('a request without sign-in', () => {
  let world: World | null = null;
  afterEach(async () => {
    await world?.close();
    world = null;
  });

  const open = async (config: Settings = {}): Promise<World> => (world = await startWorld({ config }));
  const send = (of: World, Host: string, request: RawRequest = asJson(QUERY)): Promise<RawAnswer> =>
    sendRaw(new URL(of.url).origin, { ...request, headers: { ...request.headers, Host } });

  test('is rejected with a foreign host name (DNS rebinding), whatever it asks for', async () => {
    const of = await open();
    expect((await send(of, 'localhost')).status).toBe(200);
    const callsBefore = (await of.admin.calls()).length;
    for (const [name, request] of protectedRequests) {
      const { status, headers, body } = await send(of, 'rebound.example', request);
      expect([name, status]).toEqual([name, 403]);
      expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      expect(JSON.parse(body)).toEqual({
        errors: [
          { message: expect.stringContaining('ALLOWED_HOSTS') as string, extensions: { code: 'HOST_NOT_ALLOWED' } },
        ],
      });
    }
    expect(await of.admin.calls()).toHaveLength(callsBefore);
  });

  test.each([
    ...[
      'localhost',
      'LocalHost:4000',
      'localhost.',
      'localhost:',
      'reports.localhost:80',
      '127.0.0.1:1',
      '127.8.9.1',
      '[::1]:4000',
    ],
    // An IP address cannot be rebound: a page under it really comes from this server.
    ...['192.168.1.7:4000', '[2001:db8::7]', '[::ffff:10.0.0.1]:80'],
  ])('is accepted with the Host %s', async (host) => {
    const of = await open();
    for (let times = 0; times < 2; times += 1) expect((await send(of, host)).status).toBe(200);
  });

  test.each([
    ...['.', 'localhost.evil.example', 'evil.example:4000', 'notlocalhost', '127.0.0.1.evil.example', '127.0.0.1x'],
    ...[
      'a~b.localhost',
      'a..b.localhost',
      'localhost:99999',
      '[::2',
      '::1',
      ' ',
      ':4000',
      'localhost@evil.example',
      'localhost:4000:1',
      'localhost/x',
    ],
    ...[
      'localhost, evil.example',
      '[::1].evil.example',
      '[evil.example]',
      'localhost:x',
      '%6cocalhost',
      'localhost\u00e9',
    ],
  ])('is rejected with the Host "%s"', async (host) => {
    const of = await open();
    const isMalformed = !/^[a-z0-9]+(\.[a-z0-9]+)*(:\d{0,4})?$/.test(host);
    for (let times = 0; times < 2; times += 1) expect((await send(of, host)).status).toBe(isMalformed ? 400 : 403);
  });

  test('is accepted with the names in HOST, PUBLIC_URL and ALLOWED_HOSTS', async () => {
    const of = await open({
      host: 'Reports.lan',
      publicUrl: 'https://reports.example.com:8443/below',
      allowedHosts: ['gateway.internal', 'Depot'],
    });
    const names = [
      'reports.lan',
      'REPORTS.example.com:443',
      'gateway.internal.',
      'depot:4000',
      'localhost',
      '10.1.2.3',
    ];
    for (const name of names) expect([name, (await send(of, name)).status]).toEqual([name, 200]);
    const others = ['example.com', 'a.reports.example.com', 'internal', 'depot.evil.example'];
    for (const name of others) expect([name, (await send(of, name)).status]).toEqual([name, 403]);
    expect((await send(of, `${'a'.repeat(9_000)}.localhost`)).status).toBe(400);
  });

  test('is never accepted with a foreign name, whatever the text', async () => {
    const of = await open({ allowedHosts: ['depot'] });
    const piece = fc.constantFrom(
      ...['localhost', '127.0.0.1', '[::1]', 'depot', 'evil.example', '.', ':', '4000', '@', '/', '#', '?', '%', '\\'],
      ...['[', ']', ',', ' ', 'x', '-', '_'],
    );
    // The Node.js client would replace an empty Host by its own.
    const host = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('').trim() || ' ');
    const rule = fc.asyncProperty(host, async (text) => {
      const { status } = await send(of, text, asJson('{ __typename }'));
      if (status === 403 || status === 400) return;
      expect(status).toBe(200);
      const { hostname } = new URL(`http://${text}`);
      expect(hostname).toMatch(/^(?:(?:.+\.)?localhost|127\.0\.0\.1|\[::1\]|depot)\.?$/);
    });
    await fc.assert(rule, { numRuns: 300 });
  });

  test('is accepted with any Host if ALLOWED_HOSTS is *, while health checks and callbacks always are', async () => {
    const of = await open();
    expect((await send(of, 'rebound.example', { method: 'GET', path: '/health' })).status).toBe(200);
    const path = new URL(of.callbackUrl).pathname;
    expect((await send(of, 'reports.example.com', { path, body: '{}' })).status).toBe(200);
    await of.close();
    const { allowedHosts } = readConfig({ ALLOWED_HOSTS: '*' }).auth;
    expect((await send(await open({ allowedHosts }), 'rebound.example')).status).toBe(200);
  });
});

describe('a request with sign-in', () => {
  test('is checked by its token, with any Host, unless ALLOWED_HOSTS is set', async () => {
    const issuer = await startTokenIssuer();
    const worldOf = (config: Settings) => startWorld({ config });
    const any = await worldOf({ tokens: issuer.config });
    const named = await worldOf({ tokens: issuer.config, ...toHosts('depot, reports.internal') });
    const callers = await worldOf({ callersBringTokens: true });
    const statusOf = async ({ url, clock, simulator }: World, Host: string): Promise<number> => {
      const claims = { accounts: [simulator.accountNumber] };
      const Authorization = `Bearer ${await issuer.token(clock.now(), claims)}`;
      return (await sendRaw(url, asJson(QUERY, { Host, Authorization, 'VZ-M2M-Token': 'made-up' }))).status;
    };
    expect(await statusOf(any, 'reports.example.com')).toBe(200);
    expect(await statusOf(callers, 'reports.example.com')).toBe(200);
    expect(await statusOf(named, 'reports.internal')).toBe(200);
    expect(await statusOf(named, 'reports.example.com')).toBe(403);
    expect((await sendRaw(any.url, asJson(QUERY, { Host: 'reports.example.com' }))).status).toBe(401);
    for (const world of [any, named, callers]) await world.close();
    await issuer.close();
  });
});

function toHosts(text: string): Settings {
  const { allowedHosts } = readConfig({ ALLOWED_HOSTS: text }).auth;
  return { allowedHosts };
}
