import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';
import { startWorld, type World } from '../support/world/world.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const QUERY = '{ __typename }';
const asJson = (query: string, headers: Record<string, string> = {}): RawRequest => ({
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify({ query }),
});
const followed = 'subscription { aggregatedReportProgress(txid: "none") { status } }';

const requests: [string, RawRequest][] = [
  ['a query', asJson(QUERY)],
  ['the same query, now prepared', asJson(QUERY)],
  ['a document that cannot be parsed', asJson('{')],
  ['an unknown field', asJson('{ nothing }')],
  ['a body that is not JSON', { headers: JSON_TYPE, body: '{' }],
  ['a body that is too large', { headers: JSON_TYPE, body: ' '.repeat(1_000_001) }],
  ['an unsupported content type', { headers: { 'Content-Type': 'text/plain' }, body: QUERY }],
  ['a GET that another site could send', { method: 'GET', path: '/graphql?query={__typename}' }],
  ['an event stream', asJson(followed, { Accept: 'text/event-stream' })],
  ['a multipart response', asJson(QUERY, { Accept: 'multipart/mixed' })],
  ['an unsupported Accept type', asJson(QUERY, { Accept: 'image/png' })],
  ['GraphiQL', { method: 'GET', headers: { Accept: 'text/html' } }],
  ['another method', { method: 'PUT' }],
  ['OPTIONS', { method: 'OPTIONS' }],
  ['HEAD', { method: 'HEAD' }],
  ['an unknown path', { method: 'GET', path: '/nothing' }],
  ['/health', { method: 'GET', path: '/health' }],
  ['a callback with a wrong secret', { path: '/callbacks/device-reports/wrong', body: '{}' }],
  ['a download without a link', { method: 'GET', path: '/reports/none' }],
];

/** Expects the headers that every response has, and none of those that no response may have. */
function expectHardened({ headers }: RawAnswer): void {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  for (const name of ['server', 'x-powered-by', 'x-yoga-id', 'access-control-allow-origin', 'set-cookie']) {
    expect(headers).not.toHaveProperty(name);
  }
}

describe('a response', () => {
  let world: World;
  let origin: string;
  beforeAll(async () => {
    world = await startWorld();
    ({ origin } = new URL(world.url));
  });
  afterAll(() => world.close());

  test.each(requests)('to %s has the security headers, and does not reveal the software', async (name, request) => {
    const answer = await sendRaw(origin, request);
    expectHardened(answer);
    expect(answer.headers['cache-control']).toBe(name === 'GraphiQL' ? 'private, no-cache' : 'no-store');
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });

  test('to a callback or a download has them, too', async () => {
    const at = await startAsyncWorld();
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    const path = new URL(at.world.callbackUrl).pathname;
    const accepted = await sendRaw(new URL(at.world.url).origin, {
      path,
      body: JSON.stringify(usageOf(txid, imei, 1, 1)),
    });
    expect(accepted.status).toBe(200);
    expectHardened(accepted);
    const query = 'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { download(format: CSV) } }';
    const { data } = await at.world.query(query, { txid });
    const { download } = data?.['aggregatedReportRequest'] as { download: string };
    const downloaded = await sendRaw(new URL(download).origin, {
      method: 'GET',
      path: download.replace(/^.*?(?=\/reports\/)/, ''),
    });
    expect(downloaded.status).toBe(200);
    expect(downloaded.headers['content-disposition']).toContain('attachment');
    expect(downloaded.headers['cache-control']).toBe('no-store');
    expectHardened(downloaded);
    await at.close();
  });
});

describe('the Strict-Transport-Security header', () => {
  const https = { 'X-Forwarded-Proto': 'https' };
  const paths: RawRequest[] = [
    asJson(QUERY),
    asJson(QUERY),
    { method: 'GET', path: '/nothing' },
    { method: 'GET', path: '/reports/none' },
  ];

  test.each([
    ['is sent if a trusted proxy received the request by https', 1, https, true],
    ['is sent if the nearest proxy received the request by https', 1, { 'X-Forwarded-Proto': 'http, https' }, true],
    ['is not sent if the request came by http', 1, { 'X-Forwarded-Proto': 'http' }, false],
    ['is not sent if only the client claims https', 1, { 'X-Forwarded-Proto': 'https, http' }, false],
    ['is not sent if no proxy reports https', 1, {}, false],
    ['is not sent if no proxy is trusted', 0, https, false],
  ])('%s', async (_, trustedProxies, headers, isSent) => {
    const world = await startWorld({ config: { trustedProxies } });
    for (const request of paths) {
      const answer = await sendRaw(new URL(world.url).origin, {
        ...request,
        headers: { ...request.headers, ...headers },
      });
      expect(answer.headers['strict-transport-security']).toBe(isSent ? 'max-age=31536000' : undefined);
    }
    await world.close();
  });
});
