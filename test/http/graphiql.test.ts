import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
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
async function firstEvent(url: string, body: unknown): Promise<Partial<Answer>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(body),
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
  const options = /<script id="options" type="application\/json">(.*?)<\/script>/s.exec(
    page.body.toString('utf8'),
  )?.[1];
  if (options === undefined) throw new Error('the page has no options');
  return (JSON.parse(options) as { tabs: Tab[] }).tabs;
}

/** The addresses of the files that the page names, workers included. */
function filesOf(url: string, page: Page): string[] {
  const names = page.body.toString('utf8').match(/graphql\/graphiql\/[^"]+/g) ?? [];
  return names.map((name) => new URL(name, url).href);
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

  test('has files that are sent compressed, and once to each browser, because their names change with their content', async () => {
    const files = filesOf(world.url, await visit(world.url, BROWSER));
    expect(files).toHaveLength(6);
    for (const url of files) {
      const plain = await visit(url);
      const compressed = await visit(url, { 'accept-encoding': 'gzip, deflate, br' });
      expect([plain.status, compressed.status]).toEqual([200, 200]);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(compressed.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true);
      expect(compressed.body.length).toBeLessThan(plain.body.length);
      for (const { headers } of [plain, compressed]) {
        expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
        expect(headers.vary).toMatch(/Accept-Encoding/);
        expect(headers['content-type']).toBe(
          url.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
        );
      }
      const content = hash('sha256', plain.body, 'hex').slice(0, 16);
      expect(url).toMatch(new RegExp(`-${content}\\.(?:js|css)$`));
    }
  });

  test.each(['gzip;q=0', 'gzip; q=0.0, identity', 'identity, gzip;q=0.5', 'br', 'identity', 'x-gzip-like'])(
    'sends a file uncompressed to a client that accepts "%s"',
    async (encoding) => {
      const [url = ''] = filesOf(world.url, await visit(world.url, BROWSER));
      expect((await visit(url, { 'accept-encoding': encoding })).headers['content-encoding']).toBeUndefined();
    },
  );

  test('has no other files', async () => {
    const [known = ''] = filesOf(world.url, await visit(world.url, BROWSER));
    for (const url of [
      known.replace(/\w{4}\.css$/, '0000.css'),
      `${world.url}/graphiql/`,
      `${world.url}/graphiql/../x`,
    ]) {
      const answer = await visit(url);
      expect(answer.status).toBe(404);
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test('works behind a proxy that adds a path in front', async () => {
    const page = await visit(world.url, BROWSER);
    expect(page.body.toString('utf8')).not.toMatch(/(?:src|href)="\//);
    for (const file of filesOf('http://proxy.test/reports/graphql', page))
      expect(file).toMatch(/^http:\/\/proxy\.test\/reports\/graphql\/graphiql\/[\w-]+\.(?:js|css)$/);
  });

  test('is not sent again while it is unchanged, and has new dates on a new day', async () => {
    const first = await visit(world.url, BROWSER);
    const tag = first.headers.etag ?? '';
    for (const known of [tag, tag.replace('W/', ''), `"other", ${tag}`, '*']) {
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
    for (const name of ['script-src', 'worker-src']) expect(directives.get(name)).toEqual(["'self'"]);
    const allowed = ["'none'", "'self'", "'unsafe-inline'", 'data:'];
    for (const sources of directives.values()) for (const source of sources) expect(allowed).toContain(source);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(directives.get(name)).toEqual(["'none'"]);
    expect(body.toString('utf8')).not.toMatch(/(?:src|href)="(?!data:|graphql\/graphiql\/)/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('has each sample operation in a tab, and each of them returns data without errors', async () => {
    const tabs = tabsOf(await visit(world.url, BROWSER));
    const folder = new URL('../../schema/operations/', import.meta.url);
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(new URL(name, folder), 'utf8')));
    const namesIn = (text: string): string[] =>
      [...text.matchAll(/^(?:query|mutation|subscription) (\w+)/gm)].map(([, name = '']) => name);
    const names = tabs.flatMap(({ query }) => namesIn(query));
    expect([...names].sort()).toEqual(files.flatMap(namesIn).sort());
    expect(tabs.map(({ query }) => query).join('\n').length).toBe(files.join('\n').length);
    let txid: unknown = null;
    for (const { query, variables } of tabs) {
      const filled = JSON.parse(variables) as Record<string, unknown>;
      const inputs = { ...(filled['input'] as object | undefined) };
      for (const operationName of namesIn(query)) {
        // The page inserts the txid that the mutation returned.
        if ('txid' in filled) filled['txid'] = txid;
        const body = { query, operationName, variables: filled };
        const { data, errors = [] } = new RegExp(`^subscription ${operationName}\\b`, 'm').test(query)
          ? await firstEvent(world.url, body)
          : await world.query(query, filled, { body: JSON.stringify(body) });
        expect(errors).toEqual([]);
        // Nothing is recorded here.
        const { recordedDays = null, ...fields } = data ?? {};
        expect(recordedDays).toBeNull();
        for (const field of Object.values(fields)) expect(field).not.toBeNull();
        const placed = data?.['requestAggregatedReport'] as { txid: unknown } | undefined;
        txid = placed?.txid ?? txid;
        // A person uploads the list, and writes the ids into the variables.
        const upload = data?.['createDeviceListUpload'] as { id: string; url: string; method: string } | undefined;
        if (upload !== undefined) {
          await fetch(upload.url, { method: upload.method, body: '709312034493372' });
          filled['input'] = { ...inputs, deviceListId: upload.id };
        }
        const fleet = data?.['requestFleetReport'] as { id: string } | undefined;
        if (fleet !== undefined) filled['id'] = fleet.id;
      }
    }
    expect(txid).toEqual(expect.any(String));
  });
});

describe('GraphiQL, if it is turned off,', () => {
  test('is not served, and neither are its files', async () => {
    const world = await startWorld({ config: { graphiql: false } });
    const on = await startWorld();
    const files = filesOf(world.url, await visit(on.url, BROWSER));
    await on.close();
    expect(files).toHaveLength(6);
    const page = await visit(world.url, BROWSER);
    expect(page.headers['content-type']).not.toMatch(/html/);
    expect(page.body.toString('utf8')).not.toContain('<title>');
    for (const url of files) expect((await visit(url)).status).toBe(404);
    await world.close();
  });
});
