import { afterEach, describe, expect, test } from 'vitest';
import { sendFromPage, type PageAnswer } from '../support/browser-cors.ts';
import { fc } from '../support/fast-check.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

const APP = 'https://app.example.com';
const OTHER = 'https://other.example.com';
const IMEI = '709312034493372';
const QUERY = `{ sessionsReport(input: { imei: "${IMEI}" }) { deviceId } }`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const asJson = (query: string, headers: Record<string, string> = {}): RawRequest => ({
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify({ query }),
});

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});
const open = async (config: Settings): Promise<World> => (world = await startWorld({ config }));
const corsHeadersOf = ({ headers }: RawAnswer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));
const namesIn = (value: unknown): string[] =>
  typeof value === 'string' ? value.split(',').map((name) => name.trim().toLowerCase()) : [];
const read = (of: PageAnswer): Extract<PageAnswer, { kind: 'read' }> => {
  if (of.kind !== 'read') throw new Error(of.reason);
  return of;
};

/** Requests that are answered in every part of the server, with their statuses. */
const EVERYWHERE: readonly (readonly [string, RawRequest, number])[] = [
  ['a query', asJson(QUERY), 200],
  ['a query in the lane of Yoga', asJson(QUERY, { Accept: 'application/json;q=0.9' }), 200],
  ['a query by GET', { method: 'GET', path: `/graphql?query=${encodeURIComponent(QUERY)}`, headers: JSON_TYPE }, 200],
  [
    'an event stream',
    asJson('subscription { aggregatedReportProgress(txid: "none") { status } }', { Accept: 'text/event-stream' }),
    200,
  ],
  ['a document that cannot be parsed', asJson('{'), 200],
  ['a body that is too large', { headers: JSON_TYPE, body: ' '.repeat(1_000_001) }, 413],
  ['an unsupported content type', { headers: { 'Content-Type': 'text/plain' }, body: QUERY }, 415],
  ['an unsupported Accept type', asJson(QUERY, { Accept: 'image/png' }), 406],
  ['GraphiQL', { method: 'GET', headers: { Accept: 'text/html' } }, 200],
  [
    'a mutation by GET',
    { method: 'GET', path: `/graphql?query=${encodeURIComponent('mutation { __typename }')}`, headers: JSON_TYPE },
    405,
  ],
  ['an unknown path', { method: 'GET', path: '/nothing' }, 404],
  ['/health', { method: 'GET', path: '/health' }, 200],
  ['a forged download link', { method: 'GET', path: '/reports/none' }, 404],
];

describe('with CORS_ORIGINS, a page of a listed origin', () => {
  test.each(EVERYWHERE)('can read the response to %s', async (_, request, status) => {
    const { url } = await open({ corsOrigins: [OTHER, APP] });
    for (const credentials of [false, true]) {
      const { answer } = read(await sendFromPage(url, { ...request, origin: APP, credentials }));
      expect(answer.status).toBe(status);
      expect(answer.headers['access-control-allow-origin']).toBe(APP);
      expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
      expect(namesIn(answer.headers['vary'])).toContain('origin');
    }
  });

  test('can read the rejection of a missing token and of a used-up rate, with the time to wait', async () => {
    const issuer = await startTokenIssuer();
    const { url } = await open({ corsOrigins: [APP], tokens: issuer.config, rateLimitPerMinute: 1 });
    const first = read(await sendFromPage(url, { ...asJson(QUERY), origin: APP }));
    expect(first.answer.status).toBe(401);
    const second = read(await sendFromPage(url, { ...asJson(QUERY), origin: APP }));
    expect(second.answer.status).toBe(429);
    expect(second.readable).toContain('retry-after');
    await issuer.close();
  });

  test('can send the headers of every client, and any other valid ones', async () => {
    const { url } = await open({ corsOrigins: [APP] });
    const known = {
      Authorization: 'Bearer x',
      'VZ-M2M-Token': 'x',
      'Apollo-Require-Preflight': 'true',
      'X-GraphQL-Yoga-CSRF': 'true',
      'GraphQL-Preflight': 'true',
      'ApolloGraphQL-Client-Name': 'x',
      'ApolloGraphQL-Client-Version': '1',
      'Idempotency-Key': 'x',
      'Cache-Control': 'no-cache',
      'Last-Event-ID': '1',
      'X-Request-ID': 'x',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const { answer } = read(await sendFromPage(url, { ...asJson(QUERY, known), origin: APP }));
    expect(JSON.parse(answer.body)).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
  });

  test('is allowed by a preflight without a token that counts for no limit and costs no upstream call', async () => {
    const issuer = await startTokenIssuer();
    const { url, admin } = await open({ corsOrigins: [APP], tokens: issuer.config, rateLimitPerMinute: 1 });
    const asking = {
      Origin: APP,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    };
    for (let times = 0; times < 5; times += 1) {
      for (const path of ['/graphql', '/reports/none', '/health']) {
        const answer = await sendRaw(url, { method: 'OPTIONS', path, headers: asking });
        expect(answer.status).toBe(204);
        expect(answer.body).toBe('');
        expect(answer.headers).toMatchObject({
          'access-control-allow-origin': APP,
          'access-control-allow-credentials': 'true',
          'access-control-allow-headers': 'authorization,content-type',
          'access-control-max-age': '7200',
        });
        expect(namesIn(answer.headers['vary']).sort()).toEqual(['access-control-request-headers', 'origin']);
      }
    }
    expect((await sendRaw(url, asJson(QUERY))).status).toBe(401);
    expect(await admin.calls()).toHaveLength(0);
    await issuer.close();
  });

  test('can download a report, and read its file name', async () => {
    const at = await startAsyncWorld({ config: { corsOrigins: [APP] } });
    const [imei = ''] = imeisOf(1);
    const txid = await at.request([imei]);
    await at.post(usageOf(txid, imei, 1, 1));
    const query = `{ aggregatedReportRequest(txid: "${txid}") { download(format: CSV) } }`;
    const { answer } = read(await sendFromPage(at.world.url, { ...asJson(query), origin: APP }));
    const { data } = JSON.parse(answer.body) as { data: { aggregatedReportRequest: { download: string } } };
    const link = new URL(data.aggregatedReportRequest.download);
    const request = { method: 'GET', path: `${link.pathname}${link.search}`, headers: { Authorization: 'Bearer x' } };
    const download = read(await sendFromPage(link.origin, { ...request, origin: APP }));
    expect(download.answer.status).toBe(200);
    expect(download.answer.body).toContain(imei);
    expect(download.readable).toContain('content-disposition');
    const blocked = await sendFromPage(link.origin, { ...request, origin: OTHER });
    expect(blocked.kind).toBe('blocked');
    await at.close();
  });
});

describe('with CORS_ORIGINS, a page of another origin', () => {
  test.each(EVERYWHERE)('cannot read the response to %s', async (_, request) => {
    const { url } = await open({ corsOrigins: [APP] });
    for (const origin of [OTHER, 'null', 'https://app.example.com.evil.example', 'http://app.example.com']) {
      const page = await sendFromPage(url, { ...request, origin });
      expect(page.kind).toBe('blocked');
      for (const answer of page.kind === 'blocked' ? page.sent : []) {
        expect(corsHeadersOf(answer)).toEqual([]);
        expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
        expect(namesIn(answer.headers['vary'])).toContain('origin');
      }
    }
  });

  test('has its query neither run nor sent to the platform', async () => {
    const { url, admin } = await open({ corsOrigins: [APP] });
    const page = await sendFromPage(url, { ...asJson(QUERY), origin: OTHER });
    expect(page).toMatchObject({ kind: 'blocked', sent: [{ status: 403 }] });
    const forged = { method: 'GET', path: `/graphql?query=${encodeURIComponent(QUERY)}`, origin: OTHER };
    expect(await sendFromPage(url, forged)).toMatchObject({ kind: 'blocked', sent: [{ status: 403 }] });
    expect(await admin.calls(PATHS.sessions)).toHaveLength(0);
  });
});

describe('with CORS_ORIGINS set to *, a page of any origin', () => {
  test.each(EVERYWHERE)('can read the response to %s, but only without credentials', async (_, request, status) => {
    const { url } = await open({ corsOrigins: ['*'] });
    for (const origin of [APP, OTHER, 'null']) {
      const { answer } = read(await sendFromPage(url, { ...request, origin }));
      expect(answer.status).toBe(status);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      expect(namesIn(answer.headers['access-control-expose-headers'])).toContain('x-request-id');
      expect(namesIn(answer.headers['vary'])).not.toContain('origin');
      expect((await sendFromPage(url, { ...request, origin, credentials: true })).kind).toBe('blocked');
    }
  });
});

describe('without CORS_ORIGINS, a page of another origin', () => {
  test.each(EVERYWHERE)('cannot read the response to %s', async (_, request) => {
    const { url } = await open({});
    const page = await sendFromPage(url, { ...request, origin: APP });
    expect(page.kind).toBe('blocked');
    for (const answer of page.kind === 'blocked' ? page.sent : []) {
      expect(corsHeadersOf(answer)).toEqual([]);
      expect(namesIn(answer.headers['vary'])).not.toContain('origin');
    }
  });
});

describe('a preflight', () => {
  test('allows the headers that it asks for exactly if they are a list of valid names, not longer than 4,000 characters', async () => {
    const { url } = await open({ corsOrigins: [APP] });
    const name = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/);
    const list = fc
      .array(fc.tuple(name, fc.constantFrom(',', ', ', ' , ', ',\t')), { minLength: 1, maxLength: 400 })
      .map((all) => ({
        text: all.map(([each, comma], at) => (at === 0 ? each : `${comma}${each}`)).join(''),
        valid: true,
      }));
    const other = fc
      .tuple(name, fc.constantFrom(' ', ';', ':', '(', '"', ',,', '{', '/'), name)
      .map(([one, between, two]) => ({ text: `${one}${between}${two}`, valid: false }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(list, other), async ({ text, valid }) => {
        const headers = {
          Origin: APP,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': text,
        };
        const answer = await sendRaw(url, { method: 'OPTIONS', headers });
        expect(answer.status).toBe(204);
        expect(answer.headers['access-control-allow-headers']).toBe(valid && text.length <= 4_000 ? text : undefined);
      }),
      { numRuns: 60 },
    );
  });

  test('is only what a browser sends before a request: any other OPTIONS is rejected as before', async () => {
    const { url } = await open({ corsOrigins: [APP] });
    for (const headers of [{}, { Origin: APP }, { 'Access-Control-Request-Method': 'POST' }]) {
      expect((await sendRaw(url, { method: 'OPTIONS', headers })).status).toBe(405);
    }
  });
});
