import { hash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildOverview, type BuiltOverview } from '../support/browser/overview.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';

interface Response {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Sends a GET without adding headers, and does not decompress the response. */
function visit(url: string, headers: Record<string, string> = {}): Promise<Response> {
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

const GZIP = { 'accept-encoding': 'gzip' };

function toPageUrl(world: World): string {
  return new URL('/', world.url).href;
}

function filesOf(url: string, { body }: Response): string[] {
  const names = [...body.toString('utf8').matchAll(/(?:src|href)="(overview\/[^"]+)"/g)];
  return names.map(([, name = '']) => new URL(name, url).href);
}

describe('the overview page', () => {
  let built: BuiltOverview;
  let world: World;
  let url: string;

  beforeAll(async () => {
    built = await buildOverview();
    world = await startWorld({ overviewFolder: built.folder });
    url = toPageUrl(world);
  });
  afterAll(async () => {
    await world.close();
    await built.remove();
  });

  test('is served at the root by GET, whatever follows the question mark', async () => {
    for (const address of [url, `${url}?utm_source=mail`]) {
      const page = await visit(address);
      expect(page.status).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.body.toString('utf8')).toContain('<title>Device reports</title>');
    }
    const posted = await fetch(url, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
  });

  test('loads and connects to nothing but this server, and has no inline script or style', async () => {
    const { headers, body } = await visit(url);
    const directives = String(headers['content-security-policy']).split('; ');
    expect(directives).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    const html = body.toString('utf8');
    expect(html).not.toMatch(/(?:src|href)="(?!data:|overview\/)/);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*(?:src=|type="application\/json"))/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('has less than 120 kB in compressed files, which a browser loads once, because their names change with their content', async () => {
    const files = filesOf(url, await visit(url));
    expect(files).toHaveLength(2);
    let bytes = 0;
    for (const file of files) {
      const [plain, compressed] = await Promise.all([visit(file), visit(file, GZIP)]);
      expect([plain.status, compressed.status]).toEqual([200, 200]);
      expect(compressed.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(compressed.body).equals(plain.body)).toBe(true);
      expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(plain.headers['content-type']).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
      expect(file).toContain(`-${hash('sha256', plain.body, 'hex').slice(0, 16)}.`);
      bytes += compressed.body.length;
    }
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(120_000);
  });

  test('is not sent again while it is unchanged', async () => {
    const first = await visit(url);
    const again = await visit(url, { 'if-none-match': first.headers.etag ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(first.headers['cache-control']).toBe('private, no-cache');
  });

  test('has no other files', async () => {
    const [known = ''] = filesOf(url, await visit(url));
    for (const other of [known.replace(/\w{4}\.css$/, '0000.css'), `${url}overview/`, `${url}overview/../graphql/x`]) {
      const { status, headers } = await visit(other);
      expect([status, headers['cache-control']]).toEqual([404, 'no-store']);
    }
  });

  test('works behind a proxy that adds a path in front', async () => {
    for (const file of filesOf('http://proxy.test/reports/', await visit(url)))
      expect(file).toMatch(/^http:\/\/proxy\.test\/reports\/overview\/[\w-]+\.(?:js|css)$/);
  });

  test('is public on a server that requires tokens, and says that it needs one', async () => {
    const issuer = await startTokenIssuer();
    const guarded = await startWorld({ overviewFolder: built.folder, config: { tokens: issuer.config } });
    const page = await visit(toPageUrl(guarded));
    expect(page.status).toBe(200);
    expect(page.body.toString('utf8')).toContain('"signIn":"bearer"');
    for (const file of filesOf(toPageUrl(guarded), page)) expect((await visit(file)).status).toBe(200);
    expect((await guarded.query('{ __typename }')).status).toBe(401);
    await guarded.close();
    await issuer.close();
  });

  test('is not served to a host name that is not allowed', async () => {
    expect((await visit(url, { host: 'rebound.example' })).status).toBe(403);
  });

  test('is not there if it is off, and neither are its files', async () => {
    const off = await startWorld({ overviewFolder: built.folder, config: { overviewPage: false } });
    const files = filesOf(toPageUrl(off), await visit(url));
    for (const address of [toPageUrl(off), ...files]) expect((await visit(address)).status).toBe(404);
    await off.close();
  });

  test('says that it cannot be shown if it was not built, and where to find out more', async () => {
    const unbuilt = await startWorld({ overviewFolder: pathToFileURL('/no/such/folder/') });
    const { status, body } = await visit(toPageUrl(unbuilt));
    const [, errorId = ''] = /errorId ([\w-]+)/.exec(body.toString('utf8')) ?? [];
    expect(status).toBe(500);
    expect(unbuilt.logged.join('')).toContain(errorId);
    expect(errorId).not.toBe('');
    await unbuilt.close();
  });
});
