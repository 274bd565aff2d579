import { buildSchema, isInputObjectType } from 'graphql';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { sendRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world/world.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const schema = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const asJson = (query: string, headers: Record<string, string> = {}): RawRequest => ({
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify({ query }),
});
const inUrl = (query: string): string => `/graphql?${new URLSearchParams({ query }).toString()}`;

/** Every way in which a page of another site could send an operation. */
const forged: [string, RawRequest][] = [
  ['a query by GET', { method: 'GET', path: inUrl('{__typename}') }],
  ['a mutation by GET', { method: 'GET', path: inUrl('mutation { __typename }') }],
  ['a query in the URL of a POST', { path: inUrl('{__typename}') }],
  [
    'a form',
    {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query: '{__typename}' }).toString(),
    },
  ],
  ['JSON with the type text/plain', { headers: { 'Content-Type': 'text/plain' }, body: '{"query":"{__typename}"}' }],
  [
    'an upload',
    {
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{__typename}"}\r\n--x--\r\n',
    },
  ],
];

const CONSOLES = ['/graphiql', '/playground', '/console', '/altair', '/voyager', '/explorer', '/v1/graphql', '/api'];
const FILES = ['/.env', '/.git/config', '/package.json', '/dist/main.js', '/graphql/../.env', '/reports/../.env'];

/** Headers that make servers with tracing or debugging reveal more. */
const DEBUG_HEADERS = {
  'Apollo-Tracing': '1',
  'X-Apollo-Tracing': '1',
  'Apollo-Query-Plan-Experimental': '1',
  'X-Debug': '1',
  'X-GraphQL-Debug': 'true',
};

describe.each([
  ['in production', { NODE_ENV: 'production', SIMULATOR: 'true' }],
  ['in development', {}],
])('a scanner %s', (_, environment) => {
  const isProduction = 'NODE_ENV' in environment;
  let world: World;
  let send: (request: RawRequest) => Promise<RawAnswer>;
  beforeAll(async () => {
    const { graphiql, introspection, suggestions, reportCost } = readConfig(environment).graphql;
    world = await startWorld({ config: { graphiql, introspection, suggestions, reportCost } });
    send = (request) => sendRaw(new URL(world.url).origin, request);
  });
  afterAll(async () => {
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
    await world.close();
  });

  test.each(forged)('gets no data with %s', async (_name, request) => {
    const answer = await send(request);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      errors: [
        { extensions: { code: expect.stringMatching(/^(CSRF_HEADER_MISSING|UNSUPPORTED_MEDIA_TYPE)$/) as string } },
      ],
    });
    expect(answer.body).not.toContain('"data"');
  });

  test('finds no other origin that is allowed', async () => {
    for (const Origin of ['https://elsewhere.example', 'null', 'http://127.0.0.1']) {
      const wish = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
      const asked = await send({ method: 'OPTIONS', headers: { Origin, ...wish } });
      const sent = await send(asJson('{ __typename }', { Origin }));
      expect([asked.status, sent.status]).toEqual([405, 200]);
      for (const { headers } of [asked, sent]) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
  });

  test('finds no other console, no other API and no file', async () => {
    for (const path of [...CONSOLES, ...FILES]) {
      const { status, body } = await send({ method: 'GET', path, headers: { Accept: 'text/html' } });
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      expect(body).not.toMatch(/graphiql|playground|<html|"dependencies"|THINGSPACE/i);
    }
    for (const path of CONSOLES) expect((await send({ ...asJson('{ __typename }'), path })).status).toBe(404);
  });

  test('finds GraphiQL and the schema only if they are turned on', async () => {
    const page = await send({ method: 'GET', headers: { Accept: 'text/html' } });
    expect(/graphiql/i.test(page.body)).toBe(!isProduction);
    const asked = await send(asJson('{ __schema { queryType { name } } _service { sdl } }'));
    expect(asked.body.includes('"queryType"')).toBe(!isProduction);
    expect(asked.body.includes('type Query')).toBe(!isProduction);
  });

  test('learns no more with debug headers or invalid requests', async () => {
    const plain = await send(asJson('{ __typename }'));
    const more = await send(asJson('{ __typename }', DEBUG_HEADERS));
    expect(JSON.parse(more.body)).toEqual(JSON.parse(plain.body));
    const keys = Object.keys((JSON.parse(more.body) as { extensions?: object }).extensions ?? {});
    expect(keys).toEqual(isProduction ? [] : ['upstream']);
    for (const query of ['qwerty cop { abc }', '{', '', 'query { nothing }', '{ __typename(a: 1) }', '\u0000']) {
      const { body, status } = await send(asJson(query, DEBUG_HEADERS));
      expect(status).toBeLessThan(500);
      expect(body).not.toMatch(/exception|stack|node_modules|\.ts:|\.js:|INTERNAL_SERVER_ERROR/i);
      const { errors } = JSON.parse(body) as { errors: { extensions: object }[] };
      for (const { extensions } of errors) expect(Object.keys(extensions)).toEqual(['code']);
    }
  });

  test.each(['h2c', 'TLS/1.2, HTTP/1.1', 'websocket'])('cannot switch to the protocol %s', async (protocol) => {
    const { hostname, port } = new URL(world.url);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    // A WebSocket needs graphql-transport-ws, and a page of this server or of an origin in CORS_ORIGINS.
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://elsewhere.example\r\n' +
        'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
    await eventually(() => received).toMatch(/^HTTP\/1\.1 4\d\d /);
    socket.destroy();
  });

  test('gets suggestions for near misses in development only', async () => {
    const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
    const guesses = fields.flatMap(({ name, args }) => [
      `{ ${name.slice(0, -1)} { x } }`,
      ...args.map((argument) => `{ ${name}(${argument.name.slice(0, -1)}: 1) { __typename } }`),
      ...args.flatMap(({ name: argument, type }) => {
        const input = schema.getType(String(type).replace(/\W/g, ''));
        if (!isInputObjectType(input)) return [];
        return Object.keys(input.getFields()).map(
          (field) => `{ ${name}(${argument}: { ${field.slice(0, -1)}: 1 }) { __typename } }`,
        );
      }),
    ]);
    expect(guesses.length).toBeGreaterThan(30);
    let suggested = 0;
    for (const query of guesses) {
      const { errors } = await world.query(query);
      expect(errors.length).toBeGreaterThan(0);
      suggested += errors.filter(({ message }) => / Did you mean /.test(message)).length;
    }
    if (isProduction) expect(suggested).toBe(0);
    else expect(suggested).toBeGreaterThan(20);
  });
});
