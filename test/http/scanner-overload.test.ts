import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { sendRaw } from '../support/raw-request.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const MAX_MS = 5_000;
const repeat = (times: number, make: (at: number) => string): string =>
  Array.from({ length: times }, (_, at) => make(at)).join(' ');
const asJson = (query: string): string => JSON.stringify({ query });

/** What scanners send to find out whether a server can be overloaded, and the error code that they get. */
type Overload = [what: string, body: string, code: RegExp];

const overloads: Overload[] = [
  ['many aliases', asJson(`query { ${repeat(101, (at) => `alias${at}: __typename`)} }`), /_LIMIT_EXCEEDED$/],
  [
    'many aliases of a field that costs upstream calls',
    asJson(`{ ${repeat(1_000, (at) => `a${at}: sessionsReport(input: { imei: "${IMEI}" }) { deviceId }`)} }`),
    /_LIMIT_EXCEEDED$/,
  ],
  ['one field many times', asJson(`query { ${repeat(500, () => '__typename')} }`), /_LIMIT_EXCEEDED$/],
  ['some unknown directives', asJson(`query { __typename ${'@aa'.repeat(10)} }`), /^GRAPHQL_VALIDATION_FAILED$/],
  ['unknown fields', asJson(`{ ${repeat(90, (at) => `no${at}`)} }`), /^GRAPHQL_VALIDATION_FAILED$/],
  ['many unknown directives', asJson(`query { __typename ${'@aa'.repeat(1_000)} }`), /^(?:DIRECTIVE_LIMIT_EXCEEDED)$/],
  ['many known directives', asJson(`{ __typename ${repeat(1_000, () => '@skip(if: false)')} }`), /_LIMIT_EXCEEDED$/],
  [
    'circular fragments',
    asJson('query { __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }'),
    /^(?:GRAPHQL_VALIDATION_FAILED|INTROSPECTION_OFF)$/,
  ],
  [
    'fragments that double',
    asJson(
      `{ ...F0 } ${repeat(60, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)} fragment F60 on Query { __typename }`,
    ),
    /_LIMIT_EXCEEDED$/,
  ],
  ...[100, 500, 1_000, 1_500, 2_000].map((levels): Overload => [
    `${levels * 2} levels`,
    asJson(
      `{ device(imei: "${IMEI}") ${'{ sessionsReport { device '.repeat(levels)} { imei } ${'} }'.repeat(levels)} }`,
    ),
    /_LIMIT_EXCEEDED$/,
  ]),
  [
    'nested levels in a value',
    asJson(`{ devices(imei: ${'['.repeat(10_000)}${']'.repeat(10_000)}) { imei } }`),
    /_LIMIT_EXCEEDED$/,
  ],
  ['many tokens', asJson(`{ ${repeat(100_000, (at) => `a${at}`)} }`), /_LIMIT_EXCEEDED$/],
  [
    'a list of operations',
    `[${repeat(10, () => `${asJson('{ __typename }')},`).slice(0, -1)}]`,
    /^BATCHING_NOT_SUPPORTED$/,
  ],
  ['many bytes', asJson(`{ __typename } # ${'a'.repeat(2_000_000)}`), /^REQUEST_ENTITY_TOO_LARGE$/],
  ['nested brackets', '['.repeat(900_000), /^BAD_REQUEST$/],
];

describe.each([
  ['in production', { NODE_ENV: 'production', SIMULATOR: 'true' }],
  ['in development', {}],
])('an overload attempt %s', (_, environment) => {
  let world: World;
  beforeAll(async () => {
    const { graphiql, introspection, suggestions, reportCost } = readConfig(environment).graphql;
    world = await startWorld({ config: { graphiql, introspection, suggestions, reportCost } });
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  test.each(overloads)(
    'with %s is rejected quickly, each time, without an upstream call',
    async (_name, body, code) => {
      for (let times = 0; times < 2; times += 1) {
        const startedAt = performance.now();
        const headers = { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' };
        const answer = await sendRaw(world.url, { headers, body });
        expect(performance.now() - startedAt).toBeLessThan(MAX_MS);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        const { errors, data } = JSON.parse(answer.body) as {
          errors: { extensions: { code: string } }[];
          data?: unknown;
        };
        expect(data ?? null).toBeNull();
        expect(errors.length).toBeLessThanOrEqual(6);
        for (const { extensions } of errors) expect(extensions.code).toMatch(code);
      }
      expect(await world.admin.calls()).toEqual([]);
      expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
    },
  );

  test('with circular introspection gets a quick response, and no data if it is nested too deeply', async () => {
    const circle = '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }';
    const startedAt = performance.now();
    const { data } = await world.query(circle);
    expect(performance.now() - startedAt).toBeLessThan(MAX_MS);
    if ('NODE_ENV' in environment) expect(data).toBeNull();
    const deep = `{ __schema { types { ${'fields { type { '.repeat(30)} name ${'} }'.repeat(30)} } } }`;
    expect((await world.query(deep)).data).toBeNull();
  });
});
