import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, type RawRequest } from '../support/raw-request.ts';
import { exchangeBytes } from '../support/fuzz/raw-socket.ts';
import { startWorld, type World } from '../support/world/world.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const ALLOWED = { 'Apollo-Require-Preflight': 'true' };
const BODY = JSON.stringify({ query: '{ __typename }' });

describe('a request', () => {
  let world: World;
  let origin: string;
  beforeAll(async () => {
    world = await startWorld({ config: { allowedHosts: ['*'] } });
    ({ origin } = new URL(world.url));
  });
  afterAll(() => {
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
    return world.close();
  });

  test.each([
    ...[
      'a b[',
      '[',
      ':4000',
      ':99999999',
      'x:y',
      'x:65536',
      'x:-1',
      'x:1:1',
      'x/y',
      'x?query={__typename}&z=',
      'x#',
      'user@x',
    ],
    ...['[::1', '[::x]', '[1.2.3.4]', '::1', '%00', '\u00e9', 'x, y', 'x;y', 'x\\y', ' '],
  ])('with the malformed Host "%s" gets a 400 on every path, in both lanes', async (Host) => {
    for (const request of [
      { headers: JSON_TYPE, body: BODY },
      { method: 'GET', path: '/graphql?query={__typename}', headers: ALLOWED },
      { method: 'GET', path: '/health' },
      { path: new URL(world.callbackUrl).pathname, body: '{}' },
    ]) {
      const answer = await sendRaw(origin, { ...request, headers: { ...request.headers, Host } });
      expect([request.path, answer.status, answer.headers['connection']]).toEqual([request.path, 400, 'close']);
      expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
  });

  const asBytes = (lines: readonly string[], body = ''): Buffer => Buffer.from([...lines, '', body].join('\r\n'));
  const statusesOf = async (lines: readonly string[], body = ''): Promise<number[]> =>
    (await exchangeBytes(origin, asBytes(lines, body))).map(({ status }) => status);

  test.each([
    ['no Host', [], 400],
    ['an empty Host', ['Host:'], 400],
    ['two Hosts', ['Host: localhost', 'Host: evil.example'], 400],
    ['the same Host twice', ['Host: localhost', 'host: localhost'], 400],
    ['two Authorizations', ['Host: x', 'Authorization: Bearer a', 'authorization: Bearer b'], 400],
    ['two Content-Types', ['Host: x', 'Content-Type: text/plain', 'CONTENT-TYPE: application/json'], 400],
    ['two Content-Lengths', ['Host: x', 'Content-Length: 0', 'Content-Length: 1'], 400],
    ['a length and chunks', ['Host: x', 'Content-Length: 5', 'Transfer-Encoding: chunked'], 400],
    ['an expectation that is not known', ['Host: x', 'Expect: the-unexpected'], 417],
    ['the expectation to continue', ['Host: x', 'Expect: 100-continue'], 200],
    ['an upgrade', ['Host: x', 'Connection: Upgrade', 'Upgrade: h2c'], 200],
    ['a header that may come twice', ['Host: x', 'Accept: */*', 'Accept: text/plain'], 200],
  ] as const)('with %s gets %3$i', async (_, lines, status) => {
    expect(await statusesOf(['GET /health HTTP/1.1', ...lines])).toEqual([status]);
  });

  test('of HTTP/1.0 needs no Host, and CONNECT only closes the connection', async () => {
    expect(await statusesOf(['GET /health HTTP/1.0'])).toEqual([200]);
    const type = ['Content-Type: application/json', `Content-Length: ${BODY.length}`];
    expect(await statusesOf(['POST /graphql HTTP/1.0', ...type], BODY)).toEqual([200]);
    expect(await statusesOf(['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443'])).toEqual([]);
  });

  test('with an absolute target is served by its path, and its host is checked like the Host', async () => {
    const guarded = await startWorld();
    try {
      const length = `Content-Length: ${BODY.length}`;
      const send = async (at: World, target: string, host = 'localhost') => {
        const type = 'Content-Type: application/json';
        const lines = [`POST ${target} HTTP/1.1`, `Host: ${host}`, type, length, 'Connection: close'];
        const [answer] = await exchangeBytes(new URL(at.url).origin, asBytes(lines, BODY), true);
        return answer?.status;
      };
      expect(await send(world, 'http://anything.example/graphql')).toBe(200);
      expect(await send(world, 'HTTP://x:80/graphql/?a=b')).toBe(200);
      for (const target of ['http://a b/graphql', 'http://user@x/graphql', 'http://x:y/graphql', 'http:///graphql'])
        expect([target, await send(world, target)]).toEqual([target, 400]);
      expect(await send(world, 'http://x/nowhere')).toBe(404);
      // The overview page has no POST.
      expect(await send(world, 'http://x')).toBe(405);
      expect(await send(guarded, 'http://localhost/graphql', 'evil.example')).toBe(200);
      expect(await send(guarded, 'http://evil.example/graphql')).toBe(403);
      expect(await send(guarded, 'http://localhost/graphql', 'a/b')).toBe(400);
    } finally {
      await guarded.close();
    }
  });

  test.each([
    ...[
      'Application/JSON',
      'application/json;charset=UTF-8',
      'application/json ; charset=utf-8',
      'APPLICATION/JSON; Charset="Utf-8"',
    ],
    ...[
      'application/json;',
      'application/json;\tcharset="utf-8" ',
      'Application/Json; odata=verbose',
      'application/GraphQL+json',
    ],
  ])('with the Content-Type "%s" is JSON, also behind the fast lane', async (type) => {
    for (const path of ['/graphql', '/graphql/']) {
      const answer = await sendRaw(origin, { path, headers: { 'Content-Type': type }, body: BODY });
      expect(JSON.parse(answer.body)).toMatchObject({ data: { __typename: 'Query' } });
    }
  });

  test.each([
    'application/jsonx',
    'text/json',
    'application/json+x',
    'x-application/json',
    ';application/json',
    'text/plain;application/json',
  ])('with the Content-Type "%s" is not JSON', async (type) => {
    const answer = await sendRaw(origin, { headers: { 'Content-Type': type }, body: BODY });
    expect(answer.status).toBe(415);
  });

  test('may begin with a byte order mark, and have an empty operation name, in both lanes', async () => {
    const body = JSON.stringify({ query: '{ __typename }', operationName: '' });
    for (const path of ['/graphql', '/graphql/', '/graphql?a=b']) {
      for (const text of [`\uFEFF${BODY}`, body, `\uFEFF${body}`]) {
        const answer = await sendRaw(origin, { path, headers: JSON_TYPE, body: text });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body)).toMatchObject({ data: { __typename: 'Query' } });
      }
    }
    const path = '/graphql?query={__typename}&operationName=';
    const answer = await sendRaw(origin, { method: 'GET', path, headers: ALLOWED });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ data: { __typename: 'Query' } });
    const two = JSON.stringify({ query: 'query A { __typename } query B { __typename }', operationName: '' });
    for (const each of ['/graphql', '/graphql/']) {
      const unclear = await sendRaw(origin, { path: each, headers: JSON_TYPE, body: two });
      expect(JSON.parse(unclear.body)).toMatchObject({
        errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
      });
    }
  });

  test.each(['', ' ', '\uFEFF', '{}', '[]', 'null', '1'])(
    'with the body %j fails alike in both lanes',
    async (body) => {
      const [one, other] = [
        await sendRaw(origin, { path: '/graphql', headers: JSON_TYPE, body }),
        await sendRaw(origin, { path: '/graphql/', headers: JSON_TYPE, body }),
      ];
      expect([one.status, one.body]).toEqual([other.status, other.body]);
      expect(JSON.parse(one.body)).toEqual({ errors: [expect.anything()] });
    },
  );

  test.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x'])(
    'with a body encoded as %s gets a 415',
    async (encoding) => {
      const headers = { ...JSON_TYPE, 'Content-Encoding': encoding };
      const answer = await sendRaw(origin, { headers, body: BODY });
      expect(answer.status).toBe(415);
      expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }] });
      const plain = await sendRaw(origin, { headers: { ...JSON_TYPE, 'Content-Encoding': 'identity' }, body: BODY });
      expect(plain.status).toBe(200);
    },
  );

  const noJson: [string, RawRequest][] = [
    ['a body', { headers: JSON_TYPE, body: '{"query"' }],
    ['a body of another JSON type', { headers: { 'Content-Type': 'application/graphql+json' }, body: '{' }],
    ['variables', { method: 'GET', path: '/graphql?query={__typename}&variables={', headers: ALLOWED }],
    ['extensions', { method: 'GET', path: '/graphql?query={__typename}&extensions=a', headers: ALLOWED }],
  ];
  test.each(noJson)('with %s that is not JSON gets a 400 with our own message', async (_, request) => {
    for (const Accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await sendRaw(origin, { ...request, headers: { ...request.headers, Accept } });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toEqual({
        errors: [{ message: expect.stringContaining('not valid JSON') as string, extensions: { code: 'BAD_REQUEST' } }],
      });
    }
  });
});
