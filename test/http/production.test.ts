import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANYONE } from '../../src/domain/access.ts';
import { readConfig } from '../../src/config/config.ts';
import type { OperationContext } from '../../src/context.ts';
import { createLog } from '../../src/log.ts';
import { startServer } from '../../src/http/listen.ts';
import { createLogUnexpected } from '../../src/http/log-unexpected.ts';
import { createGraphqlServer } from '../../src/graphql/yoga.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';
import type { Settings } from '../support/world/settings.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const IMEI = '709312034493372';
const PRODUCTION = { NODE_ENV: 'production', SIMULATOR: 'true' };

function toSettings(environment: Record<string, string>): Settings {
  const { graphiql, introspection, suggestions, reportCost } = readConfig(environment).graphql;
  return { graphiql, introspection, suggestions, reportCost };
}

/** Sends the query twice: the second time, the operation is already prepared. */
async function askTwice(world: World, query: string, variables?: Record<string, unknown>): Promise<Answer> {
  const first = await world.query(query, variables);
  expect(await world.query(query, variables)).toEqual(first);
  return first;
}

const introspections: [string, string][] = [
  ['introspection', getIntrospectionQuery()],
  ['one type', '{ __type(name: "Device") { name } }'],
  ['introspection in a fragment', 'query { ...a } fragment a on Query { __schema { queryType { name } } }'],
  ['introspection under an alias', '{ typename: __schema { queryType { name } } }'],
  ['introspection that is skipped', '{ __typename __schema @skip(if: true) { queryType { name } } }'],
  ['the SDL of the subgraph', '{ _service { sdl } }'],
  ['the SDL in a fragment', '{ ... on Query { one: _service { sdl } } }'],
];

const wrong: [string, string, Record<string, unknown>?][] = [
  ['a field', '{ devic(imei: "709312034493372") { imei } }'],
  ['a nested field', `{ device(imei: "${IMEI}") { ime } }`],
  ['an argument', `{ device(ime: "${IMEI}") { imei } }`],
  ['a type', 'query ($imei: IME!) { device(imei: $imei) { imei } }', { imei: IMEI }],
  ['a fragment’s type', '{ ...a } fragment a on Quer { __typename }'],
  ['an enum value', `{ device(imei: "${IMEI}") { usage(startDate: "LAST_WEE") { imei } } }`],
  ['an input field', `{ sessionsReport(input: { ime: "${IMEI}" }) { deviceId } }`],
  [
    'an input field in a variable',
    'query ($input: SessionsReportInput!) { sessionsReport(input: $input) { deviceId } }',
    { input: { ime: IMEI } },
  ],
  ['a selection', `{ device(imei: "${IMEI}") }`],
  ['a directive', '{ __typename @ski(if: true) }'],
];

describe('in production', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: toSettings(PRODUCTION) });
  });
  afterAll(() => world.close());

  test.each(introspections)('%s is rejected, and the error names the setting that allows it', async (_, query) => {
    const { data, errors } = await askTwice(world, query);
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ extensions: { code: 'INTROSPECTION_OFF' } });
    expect(errors[0]?.message).toContain('INTROSPECTION');
  });

  test('__typename works, because clients need it', async () => {
    const { data } = await askTwice(world, `{ __typename device(imei: "${IMEI}") { __typename } }`);
    expect(data).toEqual({ __typename: 'Query', device: { __typename: 'Device' } });
  });

  test.each(wrong)('an error about %s contains no name that was not sent', async (_, query, variables) => {
    const { errors } = await askTwice(world, query, variables);
    expect(errors.length).toBeGreaterThan(0);
    for (const { message, extensions } of errors) {
      expect(message).not.toMatch(/did you mean/i);
      expect(extensions['code']).toEqual(expect.any(String));
    }
  });

  test('a message is not shortened if the caller’s value contains "Did you"', async () => {
    const { errors } = await world.query('query ($imei: IMEI!) { device(imei: $imei) { imei } }', { imei: 'Did you?' });
    expect(errors[0]?.message).toContain('This has 8 characters');
  });

  test('responses do not report their cost, and browsers get no GraphiQL', async () => {
    const { extensions } = await askTwice(world, `{ device(imei: "${IMEI}") { usage { imei } } }`);
    expect(extensions).toEqual({});
    const page = await fetch(world.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type') ?? '').not.toMatch(/html/);
  });
});

describe('introspection, suggestions and the cost report', () => {
  test.each([
    ['by default outside production', {}],
    [
      'in production if their variables are set',
      {
        ...PRODUCTION,
        GRAPHIQL: 'true',
        INTROSPECTION: 'true',
        SUGGESTIONS: 'true',
        REPORT_UPSTREAM_COST: 'true',
      },
    ],
  ])('are on %s', async (_, environment) => {
    const world = await startWorld({ config: toSettings(environment) });
    expect((await askTwice(world, getIntrospectionQuery())).data).toHaveProperty('__schema');
    expect((await askTwice(world, '{ _service { sdl } }')).data).toHaveProperty('_service.sdl');
    for (const [, query, variables] of wrong.slice(0, 3)) {
      expect((await askTwice(world, query, variables)).errors[0]?.message).toMatch(/Did you mean/);
    }
    expect((await askTwice(world, '{ __typename }')).extensions).toHaveProperty('upstream');
    expect((await fetch(world.url, { headers: { accept: 'text/html' } })).headers.get('content-type')).toMatch(/html/);
    await world.close();
  });
});

describe('an unexpected error', () => {
  const QUERY = `{ device(imei: "${IMEI}") { imei sessionsReport { deviceId } } }`;
  const SECRET = 'the password is 12345';

  test.each(['in a resolver', 'before it runs'])(
    '%s has an errorId that is in the log, and no details',
    async (where) => {
      const lines: string[] = [];
      let broken = false;
      const fail = (): never => {
        throw new Error(SECRET);
      };
      const { listener } = createGraphqlServer({
        accessOf: () => ANYONE,
        createContext: () => {
          if (broken && where === 'before it runs') fail();
          const context = createFixedContext() as OperationContext;
          return broken ? { ...context, loaders: { ...context.loaders, sessions: fail } } : context;
        },
        preparedOperationsMaxBytes: 2 ** 25,
        documentLimits: readConfig({}).limits.documentLimits,
        subscriptionLimit: { maxPerPrincipal: 0, principalOf: () => 'anyone' },
        reportCost: false,
        samples: null,
        introspection: false,
        federatedTraces: true,
        suggestions: false,
        now: () => 0,
        logUnexpected: createLogUnexpected(
          createLog('info', { write: (line) => void lines.push(line) }),
          () => `id-${lines.length}`,
        ),
      });
      const server = await startServer(listener, { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 });
      const ask = (query: string): Promise<Response> =>
        fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
      await ask(QUERY);
      expect(lines).toEqual([]);
      broken = true;
      for (const [at, query] of [QUERY, `${QUERY} # unknown`].entries()) {
        const response = await ask(query);
        const text = await response.text();
        expect(response.status).toBe(where === 'before it runs' ? 500 : 200);
        expect(text).not.toContain(SECRET);
        expect(JSON.parse(text)).toMatchObject({
          errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: `id-${at}` } }],
        });
        expect(lines[at]).toContain(`"errorId":"id-${at}"`);
        expect(lines[at]).toContain(SECRET);
      }
      await server.close();
    },
  );
});
