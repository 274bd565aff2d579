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
  ['the same query, known by now', asJson(QUERY)],
  ['a document that cannot be parsed', asJson('{')],
  ['a field that is not there', asJson('{ nothing }')],
  ['a body that is no JSON', { headers: JSON_TYPE, body: '{' }],
  ['a body that is too large', { headers: JSON_TYPE, body: ' '.repeat(1_000_001) }],
  ['a type that is not taken', { headers: { 'Content-Type': 'text/plain' }, body: QUERY }],
  ['a GET that a page could send', { method: 'GET', path: '/graphql?query={__typename}' }],
  ['an event stream', asJson(followed, { Accept: 'text/event-stream' })],
  ['an answer in parts', asJson(QUERY, { Accept: 'multipart/mixed' })],
  ['a type of answer that is not there', asJson(QUERY, { Accept: 'image/png' })],
  ['GraphiQL', { method: 'GET', headers: { Accept: 'text/html' } }],
  ['another method', { method: 'PUT' }],
  ['OPTIONS', { method: 'OPTIONS' }],
  ['HEAD', { method: 'HEAD' }],
  ['a path that is not there', { method: 'GET', path: '/nothing' }],
  ['/health', { method: 'GET', path: '/health' }],
  ['a message for a wrong secret', { path: '/callbacks/device-reports/wrong', body: '{}' }],
  ['a download without a link', { method: 'GET', path: '/reports/none' }],
];

/** What every answer has, and what none has. */
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

describe('an answer', () => {
  let world: World;
  let origin: string;
  beforeAll(async () => {
    world = await startWorld();
    ({ origin } = new URL(world.url));
  });
  afterAll(() => world.close());

  test.each(requests)(
    'to %s tells browsers what they may not do with it, and nobody what made it',
    async (name, request) => {
      const answer = await sendRaw(origin, request);
      expectHardened(answer);
      expect(answer.headers['cache-control']).toBe(name === 'GraphiQL' ? 'private, no-cache' : 'no-store');
      expect(answer.headers).not.toHaveProperty('strict-transport-security');
    },
  );

  test('with the platform’s message taken, and a report handed out, has them, too', async () => {
    const at = await startAsyncWorld();
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    const path = new URL(at.world.callbackUrl).pathname;
    const taken = await sendRaw(new URL(at.world.url).origin, {
      path,
      body: JSON.stringify(usageOf(txid, imei, 1, 1)),
    });
    expect(taken.status).toBe(200);
    expectHardened(taken);
    const query = 'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { download(format: CSV) } }';
    const { data } = await at.world.query(query, { txid });
    const { download } = data?.['aggregatedReportRequest'] as { download: string };
    const handedOut = await sendRaw(new URL(download).origin, {
      method: 'GET',
      path: download.replace(/^.*?(?=\/reports\/)/, ''),
    });
    expect(handedOut.status).toBe(200);
    expect(handedOut.headers['content-disposition']).toContain('attachment');
    expect(handedOut.headers['cache-control']).toBe('no-store');
    expectHardened(handedOut);
    await at.close();
  });
});

describe('browsers are told to stay with https', () => {
  const https = { 'X-Forwarded-Proto': 'https' };
  const paths: RawRequest[] = [
    asJson(QUERY),
    asJson(QUERY),
    { method: 'GET', path: '/nothing' },
    { method: 'GET', path: '/reports/none' },
  ];

  test.each([
    ['where a trusted proxy took the request so', 1, https, true],
    ['where the proxy next to us took it so', 1, { 'X-Forwarded-Proto': 'http, https' }, true],
    ['not where it came in the clear', 1, { 'X-Forwarded-Proto': 'http' }, false],
    ['not where only the caller says it', 1, { 'X-Forwarded-Proto': 'https, http' }, false],
    ['not where no proxy says it', 1, {}, false],
    ['not where no proxy is trusted', 0, https, false],
  ])('%s', async (_, trustedProxies, headers, isReported) => {
    const world = await startWorld({ config: { trustedProxies } });
    for (const request of paths) {
      const answer = await sendRaw(new URL(world.url).origin, {
        ...request,
        headers: { ...request.headers, ...headers },
      });
      expect(answer.headers['strict-transport-security']).toBe(isReported ? 'max-age=31536000' : undefined);
    }
    await world.close();
  });
});
