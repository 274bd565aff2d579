import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, type RawRequest } from '../support/raw-request.ts';
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

  test.each(['a b[', '[', ':99999999', 'x:y', 'x/y', 'x?query={__typename}&z=', 'x#', 'user@x', '%00', '\u00e9', ''])(
    'with the malformed Host "%s" gets the normal response, in both lanes',
    async (Host) => {
      const query = `{ __typename } # ${encodeURIComponent(Host)}`;
      for (let times = 0; times < 2; times += 1) {
        const answer = await sendRaw(origin, { headers: { ...JSON_TYPE, Host }, body: JSON.stringify({ query }) });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body)).toMatchObject({ data: { __typename: 'Query' } });
      }
    },
  );

  test('with a path and a query in its Host is only read by its own path', async () => {
    const headers = { Host: 'x/graphql?query={__typename}&z=', ...ALLOWED };
    const answer = await sendRaw(origin, { method: 'GET', headers });
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ message: 'Must provide query string.' }] });
  });

  test.each([
    ['/', 404],
    ['//graphql', 404],
    ['/graphql#a', 404],
    ['/graphql%2f', 404],
    ['/graphqlx', 404],
    ['/graphql/below', 404],
    ['/x/graphql', 404],
    ['/x?a=/graphql', 404],
    ['/healthy', 404],
    ['/graphql', 200],
    ['/graphql/', 200],
    ['/graphql?a=/health', 200],
    ['/health', 200],
  ])('with the path %s gets %i', async (path, status) => {
    const answer = await sendRaw(origin, { path, headers: JSON_TYPE, body: BODY });
    expect(answer.status).toBe(status);
    if (status === 404) expect(answer.body).toContain('/graphql');
    else if (path !== '/health') expect(answer.body).toContain('"__typename":"Query"');
  });

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
