import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { sendRaw, type RawAnswer } from '../support/raw-request.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const QUERY = `{ sessionsReport(input: { imei: "${IMEI}" }) { deviceId } }`;
const MUTATION = `mutation { requestAggregatedReport(input: { imei: ["${IMEI}"] }) { txid } }`;
const toPath = (query: string): string => `/graphql?${new URLSearchParams({ query }).toString()}`;
const codeOf = ({ body }: RawAnswer): unknown =>
  (JSON.parse(body) as { errors: [{ extensions: { code: unknown } }] }).errors[0].extensions.code;

/** The content types that a page of another site can have a browser send without a preflight. It can also send a GET. */
const SIMPLE_TYPES = [
  'text/plain',
  'text/plain;charset=UTF-8',
  'text/plain; application/json',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded;charset=UTF-8',
  'multipart/form-data; boundary=a',
  '',
];
const OTHER_TYPES = ['application/jsonp', 'application/xml', 'application/octet-stream', 'text/html', '*/*', 'json'];
/** Lists, and others that are not exactly one media type: a browser could take them for the type at the end. */
const NOT_ONE_TYPE = [
  'application/json, text/plain',
  'application/json;charset=utf-8, text/plain',
  'application/json; charset="utf-8, text/plain"',
  'application/json,',
  'application/graphql+json, text/plain',
  'application/graphql, multipart/form-data',
  'text/plain, application/json',
  'application/json text/plain',
];
/** A GET needs no media type of a body, so those of GraphQL are no proof either. */
const ONLY_OF_BODIES = ['application/graphql+json', 'application/graphql-response+json', 'application/graphql'];
const PREFLIGHTED = [
  'Apollo-Require-Preflight',
  'GraphQL-Preflight',
  'GraphQL-Require-Preflight',
  'X-Apollo-Operation-Name',
  'X-GraphQL-Yoga-CSRF',
];

describe('a request that a page of another site could send', () => {
  let world: World;
  let origin: string;
  beforeEach(async () => {
    world = await startWorld();
    ({ origin } = new URL(world.url));
    // Prepares the operation, so that the fast lane would run it.
    for (let times = 0; times < 2; times += 1) expect((await world.query(QUERY)).errors).toEqual([]);
    await world.admin.forgetCalls();
  });
  afterEach(() => world.close());
  const calls = () => world.admin.calls(PATHS.sessions);

  test.each<[string, Record<string, string>]>([
    ['no further headers', {}],
    ['the headers that browsers add', { Accept: '*/*', Origin: 'https://elsewhere.example', Cookie: 'a=b', DNT: '1' }],
    ['an empty CSRF header', { 'Apollo-Require-Preflight': '' }],
    ['Accept: text/event-stream', { Accept: 'text/event-stream' }],
    ['the credentials of Basic, which browsers add', { Authorization: 'Basic YTpi' }],
    ...['cross-site', 'same-site', 'none', ''].map((site): [string, Record<string, string>] => [
      `Sec-Fetch-Site: ${site}`,
      { 'Sec-Fetch-Site': site },
    ]),
    ...['no-cors', 'navigate', 'websocket', 'same-origin', ''].map((mode): [string, Record<string, string>] => [
      `Sec-Fetch-Mode: ${mode}`,
      { 'Sec-Fetch-Mode': mode },
    ]),
    ...[
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': '' },
      { 'Sec-Fetch-Dest': 'empty' },
      { Origin: 'https://elsewhere.example' },
      { Origin: 'null' },
      { Referer: 'https://elsewhere.example/' },
      { Cookie: 'a=b' },
    ].map((more): [string, Record<string, string>] => [
      `Sec-Fetch-Mode: cors and ${JSON.stringify(more)}`,
      { 'Sec-Fetch-Mode': 'cors', ...more },
    ]),
    ...[...SIMPLE_TYPES, ...OTHER_TYPES, ...NOT_ONE_TYPE, ...ONLY_OF_BODIES].map(
      (type): [string, Record<string, string>] => [`the content type "${type}"`, { 'Content-Type': type }],
    ),
  ])('is rejected as a GET with %s, and the error names the header to send', async (_, headers) => {
    const answer = await sendRaw(origin, { method: 'GET', path: toPath(QUERY), headers });
    expect(answer.status).toBe(403);
    expect(codeOf(answer)).toBe('CSRF_HEADER_MISSING');
    expect(answer.body).toContain('apollo-require-preflight: true');
    expect(await calls()).toHaveLength(0);
  });

  test('runs nothing if it accepts HTML: the response is GraphiQL or an error', async () => {
    const headers = { Accept: 'text/html' };
    const page = await sendRaw(origin, { method: 'GET', path: toPath(QUERY), headers });
    expect(page.headers['content-type']).toMatch(/html/);
    const beside = await sendRaw(origin, { method: 'GET', path: toPath(QUERY).replace('?', '/?'), headers });
    expect(beside.status).toBe(403);
    const without = await startWorld({ config: { graphiql: false }, simulatorOf: world });
    const off = await sendRaw(new URL(without.url).origin, { method: 'GET', path: toPath(QUERY), headers });
    expect(off.status).toBe(403);
    await without.close();
    expect(await calls()).toHaveLength(0);
  });

  test.each([...SIMPLE_TYPES, ...OTHER_TYPES, ...NOT_ONE_TYPE])(
    'is rejected as a POST with the content type "%s", whatever its headers',
    async (type) => {
      const bodies = [JSON.stringify({ query: QUERY }), new URLSearchParams({ query: QUERY }).toString(), QUERY];
      const extra = [{}, Object.fromEntries(PREFLIGHTED.map((name) => [name, 'true']))];
      for (const body of bodies) {
        for (const headers of extra) {
          const answer = await sendRaw(origin, { headers: { ...headers, 'Content-Type': type }, body });
          expect(answer.status).toBe(415);
          expect(codeOf(answer)).toBe('UNSUPPORTED_MEDIA_TYPE');
          expect(answer.headers['accept-post']).toBe('application/json');
        }
      }
      expect(await calls()).toHaveLength(0);
    },
  );

  test('gets no permission from a preflight request', async () => {
    const asking = {
      Origin: 'https://elsewhere.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    };
    const { status, headers } = await sendRaw(origin, { method: 'OPTIONS', headers: asking });
    expect(status).toBe(405);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('a request that no page of another site can send', () => {
  let world: World;
  let origin: string;
  beforeEach(async () => {
    world = await startWorld();
    ({ origin } = new URL(world.url));
  });
  afterEach(() => world.close());

  test.each(PREFLIGHTED)('is accepted as a GET with the header %s', async (name) => {
    const answer = await sendRaw(origin, { method: 'GET', path: toPath(QUERY), headers: { [name]: 'anything' } });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
  });

  test.each(['application/json', 'application/json;charset=utf-8', 'application/graphql+json', 'application/graphql'])(
    'is accepted as a POST with the content type %s',
    async (type) => {
      const body = type === 'application/graphql' ? QUERY : JSON.stringify({ query: QUERY });
      const answer = await sendRaw(origin, { headers: { 'Content-Type': type }, body });
      expect(JSON.parse(answer.body)).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
    },
  );

  test.each<[string, Record<string, string>]>([
    ['a bearer token', { Authorization: 'Bearer x' }],
    ['the content type application/json', { 'Content-Type': 'application/json' }],
    ['the content type application/json with a charset', { 'Content-Type': 'application/JSON; charset=utf-8' }],
    ['Sec-Fetch-Site: same-origin', { 'Sec-Fetch-Site': 'same-origin' }],
    ['the only header of this kind that fetch in Node.js sends', { 'Sec-Fetch-Mode': 'cors' }],
  ])('is accepted as a GET with %s', async (_, headers) => {
    const answer = await sendRaw(origin, { method: 'GET', path: toPath(QUERY), headers });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
  });

  test('is accepted as a GET by fetch in Node.js, with its defaults', async () => {
    const response = await fetch(`${origin}${toPath(QUERY)}`);
    expect(await response.json()).toMatchObject({ data: { sessionsReport: { deviceId: '1234567890' } } });
  });

  test('can be a subscription by GET from an EventSource of the same origin, which cannot add a header', async () => {
    const headers = { 'Sec-Fetch-Site': 'same-origin', Accept: 'text/event-stream', 'Cache-Control': 'no-cache' };
    const query = 'subscription { aggregatedReportProgress(txid: "none") { status } }';
    const answer = await sendRaw(origin, { method: 'GET', path: toPath(query), headers });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(answer.body).toContain('"code":"NOT_FOUND"');
  });

  test('is accepted as a GET from an origin of CORS_ORIGINS, which cannot be forged either, and from no other', async () => {
    const app = 'https://app.example.com';
    const open = await startWorld({ config: { corsOrigins: [app] } });
    const send = (headers: Record<string, string>): Promise<RawAnswer> =>
      sendRaw(new URL(open.url).origin, { method: 'GET', path: toPath(QUERY), headers });
    expect((await send({ Origin: app, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(200);
    for (const headers of [
      { Origin: 'https://elsewhere.example' },
      { Origin: 'null' },
      { Origin: `${app}, ${app}` },
      {},
    ]) {
      expect(codeOf(await send(headers))).toBe('CSRF_HEADER_MISSING');
    }
    expect(await open.admin.calls(PATHS.sessions)).toHaveLength(1);
    await open.close();
  });

  test('is accepted as a GET from any origin if CORS_ORIGINS is *, but not with credentials that the browser added', async () => {
    const open = await startWorld({ config: { corsOrigins: ['*'] } });
    const send = (headers: Record<string, string>): Promise<RawAnswer> =>
      sendRaw(new URL(open.url).origin, { method: 'GET', path: toPath(QUERY), headers });
    expect((await send({ Origin: 'https://elsewhere.example' })).status).toBe(200);
    for (const headers of [
      { Cookie: 'session=a' },
      { Cookie: '' },
      { Authorization: 'Basic YTpi' },
      { Authorization: 'Negotiate a' },
    ])
      expect(codeOf(await send({ Origin: 'https://elsewhere.example', ...headers }))).toBe('CSRF_HEADER_MISSING');
    await open.close();
  });

  test.each<[string, Record<string, string>]>([
    ['the header apollo-require-preflight', { 'Apollo-Require-Preflight': 'true' }],
    ['a bearer token', { Authorization: 'Bearer x' }],
    ['the content type application/json', { 'Content-Type': 'application/json' }],
    ['Sec-Fetch-Site: same-origin', { 'Sec-Fetch-Site': 'same-origin' }],
  ])('cannot be a mutation by GET with %s', async (_, headers) => {
    const answer = await sendRaw(origin, { method: 'GET', path: toPath(MUTATION), headers });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
    expect(await world.admin.calls(PATHS.async)).toHaveLength(0);
  });
});
