import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { LANES, type Params } from '../support/lanes.ts';
import { sendRaw, type RawRequest } from '../support/raw-request.ts';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, usageOf } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const SESSIONS = 'query Sessions($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { deviceId } }';
const PROGRESS = 'subscription Progress($txid: ID!) { aggregatedReportProgress(txid: $txid) { status } }';
const OTHER = 'query Other($imei: IMEI!) { sessionsReport(input: { imei: $imei }) { txid deviceId } }';
const VARIABLES = { imei: IMEI };
const DATA = { sessionsReport: { deviceId: '1234567890' } };

const hashOf = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
const toFile = (...texts: string[]): string =>
  JSON.stringify(Object.fromEntries(texts.map((text) => [hashOf('sha256', text), text])));
/** Settings as the server reads them from its environment and this file. */
const withFile = (file: string, mode = 'off', more: Record<string, string> = {}): Settings => {
  const { documents, graphql, limits } = readConfig(
    { TRUSTED_DOCUMENTS: 'documents.json', TRUSTED_DOCUMENTS_MODE: mode, ...more },
    () => file,
  );
  return { ...documents, graphiql: graphql.graphiql, preparedOperationsMaxBytes: limits.preparedOperationsMaxBytes };
};

/** The ways in which a request can name a document. */
const toIds = (id: string): Params[] => [
  { documentId: id },
  { documentId: `sha256:${id}` },
  { extensions: { persistedQuery: { version: 1, sha256Hash: id } } },
  { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: id } } },
];

describe('trusted documents', () => {
  let world: World | null = null;
  afterEach(async () => {
    await world?.close();
    world = null;
  });
  const open = async (config: Settings): Promise<World> => (world = await startWorld({ config }));
  const send = async (of: World, request: RawRequest, headers: Record<string, string> = {}) => {
    const answer = await sendRaw(of.url, { ...request, headers: { ...request.headers, ...headers } });
    return { ...answer, json: JSON.parse(answer.body) as { data?: unknown; errors?: unknown } };
  };
  const codeOf = ({ json }: { json: unknown }): unknown =>
    (json as { errors?: { extensions: { code: unknown } }[] }).errors?.[0]?.extensions.code;

  test.each(Object.entries(LANES))('run in %s by any form of their id, in one upstream call each', async (_, lane) => {
    const at = await open(withFile(toFile(SESSIONS)));
    const ids = toIds(hashOf('sha256', SESSIONS));
    for (const id of ids) expect((await send(at, lane({ ...id, variables: VARIABLES }))).json.data).toEqual(DATA);
    expect(await at.admin.calls(PATHS.sessions)).toHaveLength(ids.length);
  });

  test.each(Object.entries(LANES))(
    'that are not known are reported in %s, by the protocol of the id',
    async (_, lane) => {
      const at = await open(withFile(toFile(SESSIONS)));
      const unknown = hashOf('sha256', OTHER);
      const byDraft = await send(at, lane({ documentId: `sha256:${unknown}`, variables: VARIABLES }));
      expect([byDraft.status, codeOf(byDraft)]).toEqual([400, 'DOCUMENT_NOT_FOUND']);
      const byApollo = await send(at, lane({ extensions: { persistedQuery: { version: 1, sha256Hash: unknown } } }));
      expect([byApollo.status, codeOf(byApollo)]).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND']);
      const withText = await send(at, lane({ query: OTHER, documentId: unknown, variables: VARIABLES }));
      expect(withText.json.data).toMatchObject(DATA);
    },
  );

  test('do not run if they are sent with the text of another', async () => {
    const at = await open(withFile(toFile(SESSIONS)));
    for (const lane of Object.values(LANES)) {
      const answer = await send(
        at,
        lane({ query: OTHER, documentId: hashOf('sha256', SESSIONS), variables: VARIABLES }),
      );
      expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
      expect(answer.body).toContain('documentId is not that of query');
    }
    expect(await at.admin.calls(PATHS.sessions)).toEqual([]);
  });

  test('are subscriptions, too, over server-sent events', async () => {
    const at = await startAsyncWorld({ config: withFile(toFile(PROGRESS), 'only') });
    await expect(at.request(imeisOf(1))).rejects.toThrow('DOCUMENT_NOT_TRUSTED');
    await at.close();
    const inLog = await startAsyncWorld({ config: withFile(toFile(PROGRESS), 'log') });
    const [imei = ''] = imeisOf(1);
    const txid = await inLog.request([imei]);
    await inLog.post(usageOf(txid, imei));
    for (const lane of Object.values(LANES)) {
      const request = lane({ documentId: hashOf('sha256', PROGRESS), variables: { txid } });
      const { status, body } = await sendRaw(inLog.world.url, {
        ...request,
        headers: { ...request.headers, Accept: 'text/event-stream' },
      });
      expect(status).toBe(200);
      expect(body).toContain('{"data":{"aggregatedReportProgress":{"status":"COMPLETED"}}}');
      expect(body).toContain('event: complete');
    }
    await inLog.close();
  });

  describe('that alone may run', () => {
    const only = () => open(withFile(toFile(SESSIONS, '{ _service { sdl } }'), 'only'));

    test.each(Object.entries(LANES))('run in %s by their id and by their exact text', async (_, lane) => {
      const at = await only();
      const { json } = await send(at, lane({ documentId: hashOf('sha256', SESSIONS), variables: VARIABLES }));
      expect(json.data).toEqual(DATA);
      expect((await send(at, lane({ query: SESSIONS, variables: VARIABLES }))).json.data).toEqual(DATA);
    });

    test.each(Object.entries(LANES))('leave %s with any other document rejected, and nothing runs', async (_, lane) => {
      const at = await only();
      const others: Params[] = [
        { query: OTHER, variables: VARIABLES },
        { query: `${SESSIONS} `, variables: VARIABLES },
        { query: '{ __schema { types { name } } }' },
        { query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', variables: { r: [] } },
        { query: 'not GraphQL' },
        { query: PROGRESS, variables: { txid: '1' } },
        { query: OTHER, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf('sha256', OTHER) } } },
      ];
      for (const params of others) {
        for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream']) {
          const answer = await sendRaw(at.url, {
            ...lane(params),
            headers: { ...lane(params).headers, Accept: accept },
          });
          expect(answer.body).toContain('"code":"DOCUMENT_NOT_TRUSTED"');
          if (accept !== 'text/event-stream') expect(answer.status).toBe(400);
        }
      }
      expect(await at.admin.calls(PATHS.sessions)).toEqual([]);
    });

    test('may be the query by which a gateway reads the schema', async () => {
      const at = await only();
      const { json } = await send(at, LANES['a POST']({ query: '{ _service { sdl } }' }));
      expect(json).toMatchObject({ data: { _service: { sdl: expect.stringContaining('type Query') as string } } });
    });

    test('turn off GraphiQL, which sends others', async () => {
      const at = await only();
      const { status, body } = await sendRaw(at.url, { method: 'GET', headers: { Accept: 'text/html' } });
      expect(status).toBe(403);
      expect(body).not.toContain('<html');
    });
  });

  test('that are only logged let others run, and log their hash and names once while they are cached', async () => {
    const at = await open(withFile(toFile(SESSIONS), 'log'));
    for (const lane of Object.values(LANES)) {
      expect((await send(at, lane({ query: SESSIONS, variables: VARIABLES }))).json.data).toEqual(DATA);
      expect((await send(at, lane({ query: OTHER, variables: VARIABLES }))).json.data).toMatchObject(DATA);
    }
    const lines = at.logged.filter((line) => line.includes('a document that is not trusted'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      documentHash: hashOf('sha256', OTHER),
      operationNames: ['Other'],
      bytes: OTHER.length,
      notLogged: 0,
    });
  });

  test('that are only logged write at most 60 lines a minute, whatever is sent', async () => {
    const at = await open(withFile(toFile(SESSIONS), 'log'));
    const linesOf = () => at.logged.filter((line) => line.includes('a document that is not trusted'));
    for (let times = 0; times < 75; times += 1) await at.query(`query Q${times} { __typename }`);
    expect(linesOf()).toHaveLength(60);
    at.clock.advance(60_000);
    await at.query('query Next { __typename }');
    expect(JSON.parse(linesOf().at(-1) ?? '')).toMatchObject({ operationNames: ['Next'], notLogged: 15 });
  });

  describe('in the files that tools write', () => {
    let written: string;
    beforeAll(async () => {
      const schema = path.resolve(import.meta.dirname, '../../schema/api.graphql');
      const files = (await generate(
        {
          schema,
          documents: [SESSIONS],
          silent: true,
          generates: { 'gql/': { preset: 'client', presetConfig: { persistedDocuments: true } } },
        },
        false,
      )) as { filename: string; content: string }[];
      written = files.find(({ filename }) => filename.endsWith('persisted-documents.json'))?.content ?? '';
    });

    test('run by the SHA-1 that GraphQL Code Generator uses by default', async () => {
      const [[id, text] = ['', '']] = Object.entries(JSON.parse(written) as Record<string, string>);
      expect(id).toBe(hashOf('sha1', text));
      const at = await open(withFile(written, 'only'));
      for (const named of [{ documentId: id }, { extensions: { persistedQuery: { version: 1, sha256Hash: id } } }]) {
        const { json } = await send(at, LANES['a POST']({ ...named, variables: VARIABLES }));
        expect(json.data).toEqual(DATA);
      }
    });

    test('run by the ids of a persisted query manifest of Apollo', async () => {
      const operations = [{ id: hashOf('sha256', SESSIONS), name: 'Sessions', type: 'query', body: SESSIONS }];
      const manifest = JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
      const at = await open(withFile(manifest, 'only'));
      for (const id of toIds(hashOf('sha256', SESSIONS))) {
        const { json } = await send(at, LANES['a POST']({ ...id, variables: VARIABLES }));
        expect(json.data).toEqual(DATA);
      }
    });
  });

  describe('that cannot run', () => {
    const startWith = async (file: string, more: Record<string, string> = {}): Promise<string> => {
      const dataDir = await mkdtemp(path.join(tmpdir(), 'device-reports-trusted-'));
      const error: unknown = await startWorld({ config: { ...withFile(file, 'only', more), dataDir } }).then(
        (started) => started.close(),
        (fault: unknown) => fault,
      );
      // The start fails before the store is opened.
      expect(await readdir(dataDir)).toEqual([]);
      await rm(dataDir, { recursive: true });
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message;
    };

    test('stop the start with their hashes, faults and positions', async () => {
      const wrong = 'query Wrong {\n  sessionsReport(input: { imei: "1" }) { nothing } }';
      const deep = `{ ${'devices(imei: []) { usage { device { '.repeat(10)} imei ${'} } }'.repeat(10)} }`;
      const fragment = 'fragment Alone on Device { imei }';
      const message = await startWith(toFile(SESSIONS, wrong, '{', deep, fragment));
      const lines = message.split('\n');
      expect(lines[0]).toContain('Trusted documents do not match the schema or the limits');
      expect(lines).toHaveLength(5);
      const faultOf = (text: string) => lines.find((line) => line.includes(hashOf('sha256', text)));
      expect(faultOf(wrong)).toMatch(/Cannot query field "nothing".*\(line 2, column 42\)/);
      expect(faultOf('{')).toContain('Syntax Error');
      expect(faultOf(deep)).toContain('levels');
      expect(faultOf(fragment)).toMatch(/never used|no operation/);
    });

    test('stop the start if they take more memory than they may', async () => {
      const imeis = '"1", '.repeat(6_000);
      const message = await startWith(toFile(`{ devices(imei: [${imeis}]) { imei } }`), {
        PREPARED_OPERATIONS_MAX_BYTES: String(2 ** 20),
      });
      expect(message).toMatch(/take about \d{7} bytes of memory. Set PREPARED_OPERATIONS_MAX_BYTES/);
    });
  });
});
