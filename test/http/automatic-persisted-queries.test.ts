import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LANES } from '../support/lanes.ts';
import { sendRaw, type RawRequest } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import type { Settings } from '../support/world/settings.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const QUERY = `{ sessionsReport(input: { imei: "${IMEI}" }) { deviceId } }`;
const DATA = { sessionsReport: { deviceId: '1234567890' } };
const NOT_SUPPORTED = { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } };
const NOT_FOUND = { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } };
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const persistedQuery = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });

describe('automatic persisted queries', () => {
  let world: World;
  const open = async (config: Settings = {}): Promise<void> => {
    world = await startWorld({ config });
  };
  afterEach(() => world.close());

  const send = async (request: RawRequest, headers: Record<string, string> = {}) => {
    const answer = await sendRaw(world.url, { ...request, headers: { ...request.headers, ...headers } });
    return { ...answer, json: JSON.parse(answer.body) as { data?: unknown; errors?: unknown } };
  };
  const calls = () => world.admin.calls(PATHS.sessions);
  /** Apollo Client with its link for persisted queries, and the parameters of all requests that it sent. */
  const createApollo = () => {
    const sent: string[][] = [];
    const record: typeof fetch = (url, init) => {
      sent.push(Object.keys(JSON.parse(init?.body as string) as object).filter((name) => name === 'query'));
      return fetch(url, init);
    };
    const link = new PersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: world.url, fetch: record }));
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const ask = async (): Promise<unknown> => (await client.query({ query: gql(QUERY), fetchPolicy: 'no-cache' })).data;
    return { sent, ask };
  };

  describe('that are off, as by default,', () => {
    beforeEach(() => open());

    test.each(Object.entries(LANES))('are refused in %s by what clients look for, with status 200', async (_, lane) => {
      for (const accept of MEDIA_TYPES) {
        const { status, headers, json } = await send(lane({ extensions: persistedQuery(QUERY) }), { Accept: accept });
        expect([status, headers['content-type']]).toEqual([200, `${accept}; charset=utf-8`]);
        expect(headers['cache-control']).toBe('no-store');
        expect(json).toEqual({ errors: [NOT_SUPPORTED] });
      }
      expect(await calls()).toEqual([]);
    });

    test('let Apollo Client send the text instead, and no hash from then on', async () => {
      const { ask, sent } = createApollo();
      expect([await ask(), await ask()]).toMatchObject([DATA, DATA]);
      expect(sent).toEqual([[], ['query'], ['query']]);
    });

    test.each(Object.entries(LANES))('do not matter in %s with a text, whatever its hash', async (_, lane) => {
      const { json } = await send(lane({ query: QUERY, extensions: persistedQuery('{ other }') }));
      expect(json.data).toEqual(DATA);
    });
  });

  describe('that are on', () => {
    beforeEach(() => open({ registeredMaxBytes: 2 ** 20 }));

    test('let Apollo Client send each text once, and other clients only its hash', async () => {
      const first = createApollo();
      expect([await first.ask(), await first.ask()]).toMatchObject([DATA, DATA]);
      expect(first.sent).toEqual([[], ['query'], []]);
      const second = createApollo();
      expect(await second.ask()).toMatchObject(DATA);
      expect(second.sent).toEqual([[]]);
    });

    test.each(Object.entries(LANES))(
      'are not found in %s before they are sent, and found afterwards',
      async (_, lane) => {
        const request = { extensions: persistedQuery(QUERY) };
        for (const accept of MEDIA_TYPES) {
          const { status, json } = await send(lane(request), { Accept: accept });
          expect([status, json]).toEqual([200, { errors: [NOT_FOUND] }]);
        }
        expect(await calls()).toEqual([]);
        expect((await send(lane({ ...request, query: QUERY }))).json.data).toEqual(DATA);
        for (const each of Object.values(LANES)) expect((await send(each(request))).json.data).toEqual(DATA);
        const { json } = await send(lane({ documentId: `sha256:${sha256(QUERY)}` }));
        expect(json.data).toEqual(DATA);
      },
    );

    test.each(Object.entries(LANES))('cannot be poisoned in %s: the hash must be that of the text', async (_, lane) => {
      const other = '{ __typename }';
      const { status, json } = await send(lane({ query: other, extensions: persistedQuery(QUERY) }));
      expect(status).toBe(400);
      expect(json).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
      expect(JSON.stringify(json)).toContain('extensions.persistedQuery.sha256Hash is not that of query');
      expect((await send(lane({ extensions: persistedQuery(QUERY) }))).json).toEqual({ errors: [NOT_FOUND] });
    });

    test('are not stored if they are not valid', async () => {
      const invalid = '{ nothing }';
      const lane = LANES['a POST'];
      const { json } = await send(lane({ query: invalid, extensions: persistedQuery(invalid) }));
      expect(json).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
      expect((await send(lane({ extensions: persistedQuery(invalid) }))).json).toEqual({ errors: [NOT_FOUND] });
    });

    test('are checked like any other operation when only the hash is sent', async () => {
      const imeis = Array.from({ length: 1_001 }, (_, at) => `"${(100_000_000_000_000 + at).toString()}"`);
      const large = `{ aggregatedReport(input: { imei: [${imeis.join()}] }) { txid } }`;
      const lane = LANES['a POST'];
      for (const request of [{ query: large }, {}]) {
        const { status, json } = await send(lane({ ...request, extensions: persistedQuery(large) }));
        expect(status).toBe(400);
        expect(json).toMatchObject({ errors: [{ extensions: { code: 'BUDGET_EXCEEDED', cost: 101 } }] });
      }
    });

    test('of a mutation do not run by GET', async () => {
      const mutation = `mutation { requestAggregatedReport(input: { imei: ["${IMEI}"] }) { txid } }`;
      const { 'a POST': post, 'a GET': get } = LANES;
      await send(post({ query: mutation, extensions: persistedQuery(mutation) }));
      const before = (await world.admin.calls()).length;
      expect((await send(get({ extensions: persistedQuery(mutation) }))).status).toBe(405);
      expect(await world.admin.calls()).toHaveLength(before);
    });

    test.each<[string, Record<string, unknown>, string]>([
      ['another version', { extensions: { persistedQuery: { version: 2, sha256Hash: sha256(QUERY) } } }, 'version 1'],
      ['no object', { extensions: { persistedQuery: 'yes' } }, 'extensions.persistedQuery: send an object'],
      ['no hash', { extensions: { persistedQuery: { version: 1 } } }, 'extensions.persistedQuery.sha256Hash'],
      ['a hash that is no text', { extensions: { persistedQuery: { version: 1, sha256Hash: {} } } }, 'sha256Hash'],
      ['an id that is no text', { documentId: { toString: 1 } }, 'documentId'],
      ['a long id', { documentId: 'a'.repeat(201) }, 'documentId: send the id of a document'],
      ['another prefix', { documentId: `md5:${sha256(QUERY)}` }, 'documentId: send the id of a document'],
      ['two ids', { documentId: 'another', extensions: persistedQuery(QUERY) }, 'name different documents'],
    ])('with %s are a bad request that names the parameter, in both lanes', async (_, params, fault) => {
      for (const [name, lane] of Object.entries(LANES)) {
        if (name === 'a GET' && typeof params['documentId'] === 'object') continue;
        const { status, json } = await send(lane(params));
        expect(status).toBe(400);
        expect(json).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
        expect(JSON.stringify(json)).toContain(fault);
      }
      expect(await calls()).toEqual([]);
    });
  });

  test('of a caller stay while another registers more than there is room for', async () => {
    await open({ registeredMaxBytes: 65_536, trustedProxies: 1 });
    const lane = LANES['a POST'];
    const register = (text: string, address: string) =>
      send(lane({ query: text, extensions: persistedQuery(text) }), { 'X-Forwarded-For': address });
    const find = (text: string, address: string) =>
      send(lane({ extensions: persistedQuery(text) }), { 'X-Forwarded-For': address });
    const own = ['{ a: __typename }', '{ b: __typename }'];
    for (const text of own) await register(text, '192.0.2.1');
    const flood = Array.from({ length: 200 }, (_, at) => `{ f${at}: __typename }`);
    for (const text of flood) await register(text, '198.51.100.7');
    for (const text of own) expect((await find(text, '192.0.2.1')).json.errors).toBeUndefined();
    expect((await find(flood[0] ?? '', '198.51.100.7')).json).toEqual({ errors: [NOT_FOUND] });
    expect((await find(flood.at(-1) ?? '', '198.51.100.7')).json.errors).toBeUndefined();
  });
});
