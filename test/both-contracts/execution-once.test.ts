import { buildSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANYONE } from '../../src/domain/access.ts';
import type { OperationContext } from '../../src/context.ts';
import { startServer, type RunningServer } from '../../src/http/listen.ts';
import { readConfig } from '../../src/config/config.ts';
import { createGraphqlServer } from '../../src/graphql/yoga.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';

const DEFINITIONS = `
  type Query { unused: Int }
  type Mutation {
    add(by: Int!): Int!
    addLater(by: Int!): Int
    fail: Int!
    failLater: Int
    addNothing: Int!
  }`;

describe('a mutation', () => {
  let server: RunningServer;
  let done: string[];
  beforeEach(async () => {
    done = [];
    const schema = buildSchema(DEFINITIONS);
    const doing: Record<string, (args: { by?: number }) => unknown> = {
      add: ({ by }) => by,
      addLater: ({ by }) => Promise.resolve(by),
      fail: () => {
        throw new Error('failed');
      },
      failLater: () => Promise.reject(new Error('failed later')),
      addNothing: () => null,
    };
    const fields = schema.getMutationType()?.getFields() ?? {};
    for (const [name, work] of Object.entries(doing)) {
      const field = fields[name];
      if (field === undefined) continue;
      field.resolve = (_: unknown, args: { by?: number }) => {
        done.push(name);
        return work(args);
      };
    }
    const { listener } = createGraphqlServer({
      accessOf: () => ANYONE,
      schema,
      // The resolvers above do not use it.
      createContext: () => createFixedContext() as OperationContext,
      preparedOperationsMaxBytes: 2 ** 25,
      documentLimits: readConfig({}).limits.documentLimits,
      subscriptionLimit: { maxPerPrincipal: 0, principalOf: () => 'anyone' },
      reportCost: false,
      samples: null,
      now: () => 0,
      introspection: true,
      federatedTraces: true,
      suggestions: true,
      logUnexpected: () => 'none',
    });
    server = await startServer(listener, { host: '127.0.0.1', port: 0, requestTimeoutMs: 30_000 });
  });
  afterEach(() => server.close());

  const send = async (query: string, variables: Record<string, unknown> = {}): Promise<unknown> => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };

  test.each(['add(by: 1)', 'addLater(by: 1)', 'fail', 'failLater', 'addNothing'])(
    '%s runs once for each request, in both lanes',
    async (field) => {
      const name = field.replace(/\(.*/, '');
      const query = `mutation { ${field} }`;
      const first = await send(query);
      expect(done).toEqual([name]);
      expect(await send(query)).toEqual(first);
      expect(await send(query)).toEqual(first);
      expect(done).toEqual([name, name, name]);
    },
  );

  test('does not run if its variables are invalid, and runs once if they are valid', async () => {
    const query = 'mutation ($by: Int!) { add(by: $by) }';
    for (const by of ['1', null, 1.5]) {
      expect(await send(query, { by })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
    expect(done).toEqual([]);
    expect(await send(query, { by: 3 })).toEqual({ data: { add: 3 } });
    expect(await send(query, { by: '3' })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(done).toEqual(['add']);
  });

  test('runs its fields one after the other in the order of the document, even if one fails', async () => {
    const query = 'mutation { b: addLater(by: 1) a: failLater c: addLater(by: 2) d: addLater(by: 3) }';
    const data = { b: 1, a: null, c: 2, d: 3 };
    for (let times = 1; times <= 2; times += 1) {
      expect(await send(query)).toMatchObject({ data, errors: [{ path: ['a'] }] });
      expect(done).toHaveLength(times * 4);
    }
    expect(done.slice(0, 4)).toEqual(['addLater', 'failLater', 'addLater', 'addLater']);
  });

  test('that cannot be compiled is interpreted for every request', async () => {
    const query = `mutation ($is: Boolean!) { ...Adding @include(if: $is) ...Adding }
      fragment Adding on Mutation { add(by: 2) }`;
    expect(await send(query, { is: false })).toEqual({ data: { add: 2 } });
    expect(await send(query, { is: true })).toEqual({ data: { add: 2 } });
    expect(done).toEqual(['add', 'add']);
  });
});
