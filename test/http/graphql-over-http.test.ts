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

  // A GET needs a proof that no page of another site sent it. The second time the operations are prepared.
  const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'Apollo-Require-Preflight': 'true' },
    });
  const audits = serverAudits({ url: () => world.url, fetchFn });

  test('in all 61 audits of graphql-http', () => {
    expect(audits).toHaveLength(61);
  });

  describe.each(['at first', 'again'])('%s', () => {
    test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    });
  });

  test.each<[string, string, RequestInit]>([
    ['a POST', '', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }],
    [
      'a POST with null',
      '',
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"query":null}' },
    ],
    ['a GET', '?operationName=A', {}],
  ])('by sending 400 to %s without a document, whatever media type it accepts', async (_name, search, init) => {
    for (const Accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const headers = { ...Object.fromEntries(new Headers(init.headers)), Accept };
      const response = await fetchFn(`${world.url}${search}`, { ...init, headers });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
  });

  test('without that header, too, because the client is fetch in Node.js', async () => {
    const results = await Promise.all(serverAudits({ url: () => world.url }).map((audit) => audit.fn()));
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });
});
