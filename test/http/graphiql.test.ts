import { readdir, readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

interface Page {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

interface Tab {
  readonly query: string;
  readonly variables: string;
}

/** Sends a GET without adding headers, and does not decompress the response. */
function visit(url: string, headers: Record<string, string> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    }).on('error', reject);
  });
}

/** Returns the first event of a subscription. */
async function firstEvent(url: string, query: string, variables: unknown): Promise<Partial<Answer>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  const reader = response.body?.getReader();
  let text = '';
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) throw new Error(`no event: ${text}`);
    text += Buffer.from(chunk.value).toString('utf8');
    const event = /^data: (\{.*\})$/m.exec(text)?.[1];
    if (event === undefined) continue;
    await reader?.cancel();
    return JSON.parse(event) as Partial<Answer>;
  }
}

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

function tabsOf(page: Page): Tab[] {
  const html = page.body.toString('utf8');
  const start = html.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(');
  const options = /querySelector\('#root'\),\s*(\{.*\}),?\s*\);/s.exec(html.slice(start))?.[1];
  if (options === undefined) throw new Error('the page does not open GraphiQL');
  return (JSON.parse(options) as { defaultTabs: Tab[] }).defaultTabs;
}

describe('GraphiQL', () => {
  let world: World;

  beforeAll(async () => {
    // The embedded simulator follows the newest contract.
    world = await startWorld({ simulator: { version: 'newest' }, listens: true });
  });
  afterAll(() => world.close());

  test('is served to browsers by GET, on the path of the API', async () => {
    const page = await visit(world.url, BROWSER);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body.toString('utf8')).toContain('<title>Device reports</title>');

    for (const accept of ['*/*', 'application/json', 'application/graphql-response+json']) {
      const answer = await visit(`${world.url}?query={__typename}`, { accept, 'apollo-require-preflight': 'true' });
      expect(answer.headers['content-type']).toMatch(/json/);
      expect(JSON.parse(answer.body.toString('utf8'))).toMatchObject({ data: { __typename: 'Query' } });
    }
    expect((await visit(world.url)).body.toString('utf8')).not.toContain('<title>');
    expect((await visit(`${world.url}/more`, BROWSER)).status).toBe(404);
    const posted = await world.query('{ __typename }', {}, { headers: BROWSER });
    expect(posted.data).toEqual({ __typename: 'Query' });
  });

  test('is compressed if the browser accepts that, with the same content', async () => {
    const plain = await visit(world.url, BROWSER);
    const compressed = await visit(world.url, { ...BROWSER, 'accept-encoding': 'gzip, deflate, br' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true);
    expect(compressed.body.length).toBeLessThan(plain.body.length / 3);
    expect(compressed.headers.vary).toBe('Accept, Accept-Encoding');
  });

  test('is not sent again while it is unchanged, and has new dates on a new day', async () => {
    const first = await visit(world.url, BROWSER);
    const tag = first.headers.etag ?? '';
    for (const known of [tag, tag.replace('W/', ''), `"other", ${tag}`]) {
      const again = await visit(world.url, { ...BROWSER, 'if-none-match': known });
      expect(again.status).toBe(304);
      expect(again.body).toHaveLength(0);
      expect(again.headers.etag).toBe(tag);
    }
    expect((await visit(world.url, { ...BROWSER, 'if-none-match': '"other"' })).status).toBe(200);
    expect(first.headers['cache-control']).toBe('private, no-cache');
    expect(tabsOf(first)[0]?.variables).toContain('"endDate": "2026-11-18"');
    world.clock.advance(86_400_000);
    const nextDay = await visit(world.url, { ...BROWSER, 'if-none-match': tag });
    expect(nextDay.status).toBe(200);
    expect(tabsOf(nextDay)[0]?.variables).toContain('"endDate": "2026-11-19"');
  });

  test('can neither load from another host nor send to one', async () => {
    const { headers, body } = await visit(world.url, BROWSER);
    const policy = String(headers['content-security-policy']);
    const directives = new Map(policy.split('; ').map((each) => [each.split(' ')[0] ?? '', each.split(' ').slice(1)]));
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('connect-src')).toEqual(["'self'"]);
    const allowed = ["'none'", "'self'", "'unsafe-inline'", 'blob:', 'data:'];
    for (const sources of directives.values()) for (const source of sources) expect(allowed).toContain(source);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(directives.get(name)).toEqual(["'none'"]);
    const head = body.toString('utf8').slice(0, body.indexOf('<style>'));
    expect(head).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('has a tab for each sample operation, and each of them returns data without errors', async () => {
    const tabs = tabsOf(await visit(world.url, BROWSER));
    const folder = new URL('../../schema/operations/', import.meta.url);
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(new URL(name, folder), 'utf8')));
    expect(tabs.map(({ query }) => query).sort()).toEqual(files.sort());
    const names = tabs.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]);
    expect(new Set(names).size).toBe(tabs.length);
    let txid: unknown = null;
    for (const { query, variables } of tabs) {
      const filled = JSON.parse(variables) as Record<string, unknown>;
      // A reader would insert the txid that the mutation returned.
      if ('txid' in filled) filled['txid'] = txid;
      const { data, errors = [] } = query.includes('\nsubscription ')
        ? await firstEvent(world.url, query, filled)
        : await world.query(query, filled);
      expect(errors).toEqual([]);
      for (const field of Object.values(data ?? {})) expect(field).not.toBeNull();
      const placed = data?.['requestAggregatedReport'] as { txid: unknown } | undefined;
      txid = placed?.txid ?? txid;
    }
    expect(txid).toEqual(expect.any(String));
  });

  test('sets the variables of its first tab on the first visit only', async () => {
    const page = await visit(world.url, BROWSER);
    const script = /<script>(if \(localStorage[^\n]*?)<\/script>/.exec(page.body.toString('utf8'))?.[1] ?? '';
    const run = (stored: Map<string, string>): Map<string, string> => {
      const localStorage = {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => void stored.set(key, value),
      };
      runInNewContext(script, { localStorage });
      return stored;
    };
    expect(run(new Map()).get('graphiql:variables')).toBe(tabsOf(page)[0]?.variables);
    expect(run(new Map([['graphiql:tabState', '{}']])).has('graphiql:variables')).toBe(false);
  });
});

describe('GraphiQL, if it is turned off,', () => {
  test('is not served', async () => {
    const world = await startWorld({ config: { graphiql: false } });
    const page = await visit(world.url, BROWSER);
    expect(page.headers['content-type']).not.toMatch(/html/);
    expect(page.body.toString('utf8')).not.toContain('<title>');
    await world.close();
  });
});
