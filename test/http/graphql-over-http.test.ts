import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

const worlds = [
  ['with GraphiQL', { graphiql: true, reportCost: true }],
  ['as in production', { graphiql: false, reportCost: false }],
] as const;

describe.each(worlds)('the server %s follows GraphQL over HTTP', (_, config) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ config });
  });
  afterAll(() => world.close());

  // A GET needs a header that a page of another site cannot send.
  const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'Apollo-Require-Preflight': 'true' },
    });

  // The second time the operations are prepared, so those that qualify take the fast lane.
  describe.each(['at first', 'again'])('%s', () => {
    test.each(serverAudits({ url: () => world.url, fetchFn }).map((audit) => [audit.name, audit] as const))(
      '%s',
      async (_name, audit) => {
        const result = await audit.fn();
        expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
      },
    );
  });
});
