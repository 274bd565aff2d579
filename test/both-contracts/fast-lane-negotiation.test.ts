import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLanes, type Lanes } from '../support/world/lanes.ts';
import type { RawRequest } from '../support/raw-request.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const QUERY = 'query ($imei: IMEI!) { device(imei: $imei) { imei accountNumber } }';
const variables = { imei: IMEI };
const ALLOWED = { 'Apollo-Require-Preflight': 'true' };

const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json; charset=utf-16',
  'application/json ; charset=utf-8',
  'application/json, application/json',
  'APPLICATION/JSON',
  'application/graphql+json',
  'application/graphql',
  'application/jsonp',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  '',
];

const accepted = [
  '*/*',
  '*/*;q=0.1',
  'application/*',
  'application/json',
  'application/json;q=0.5',
  'application/json; charset=utf-16',
  'application/json, text/plain, */*',
  'application/json, application/graphql-response+json',
  'application/graphql-response+json',
  'application/graphql-response+json; charset=utf-8',
  'application/graphql-response+json;charset=utf-16',
  'application/graphql-response+json, application/json',
  'application/graphql-response+json,application/json;q=0.9',
  'application/graphql-response+json;q=0.1, application/json',
  'application/graphql-response+json, text/event-stream, multipart/mixed',
  'application/graphql-response+jsonx',
  'Application/GraphQL-Response+JSON',
  'text/event-stream',
  'text/event-stream, application/json',
  'multipart/mixed',
  'multipart/mixed, application/json',
  'text/html',
  'image/png',
  ', application/json',
  '',
];

const asJson = (query: string, sent: unknown, headers: Record<string, string> = {}): RawRequest => ({
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify({ query, variables: sent }),
});
const inUrl = (query: string): string =>
  `/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString()}`;

const requests: [string, (query: string) => RawRequest][] = [
  ['GET', (query) => ({ method: 'GET', path: inUrl(query), headers: ALLOWED })],
  ['GET as a page of another site could send it', (query) => ({ method: 'GET', path: inUrl(query) })],
  ['HEAD', (query) => ({ method: 'HEAD', path: inUrl(query) })],
  ['GET of a mutation', () => ({ method: 'GET', path: inUrl('mutation { __typename }'), headers: ALLOWED })],
  ['OPTIONS', () => ({ method: 'OPTIONS' })],
  ['PUT', (query) => ({ ...asJson(query, variables), method: 'PUT' })],
  ['DELETE', () => ({ method: 'DELETE' })],
  ['a slash after the path', (query) => ({ ...asJson(query, variables), path: '/graphql/' })],
  ['a query string after the path', (query) => ({ ...asJson(query, variables), path: '/graphql?a=b' })],
  ['a path below', (query) => ({ ...asJson(query, variables), path: '/graphql/below' })],
  ['no-cache', (query) => asJson(query, variables, { 'Cache-Control': 'no-cache' })],
  [
    'a form',
    (query) => ({
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString(),
    }),
  ],
];

describe('a response is the same in both lanes for', () => {
  let world: World;
  let lanes: Lanes;
  beforeAll(async () => {
    world = await startWorld();
    lanes = createLanes(world, QUERY, [{ variables }]);
  });
  afterAll(() => world.close());

  const expectSame = async (make: (query: string) => RawRequest) => {
    const { first, again, warmed } = await lanes.answers(make);
    expect(again).toEqual(first);
    expect(warmed).toEqual(first);
    return first;
  };

  test.each(contentTypes)('the content type "%s"', async (type) => {
    await expectSame((query) => asJson(query, variables, { 'Content-Type': type }));
  });
  test.each(accepted)('clients that accept "%s", for data, an invalid IMEI and null', async (Accept) => {
    for (const imei of [IMEI, 'no IMEI', null]) await expectSame((query) => asJson(query, { imei }, { Accept }));
  });
  test.each(requests)('%s', async (_, make) => {
    await expectSame(make);
  });
  test('a client that accepts several types, and has the first of them', async () => {
    const { headers } = await expectSame((query) =>
      asJson(query, variables, { Accept: 'application/graphql-response+json,application/json;q=0.9' }),
    );
    expect(headers['content-type']).toBe('application/graphql-response+json; charset=utf-8');
  });
});
