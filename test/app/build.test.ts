import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { isBuiltin, SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCollector } from '../support/telemetry/collector.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STATIC_IMPORT = /^(?:import|export)\b[^"]*"([^"]+)";$/gm;
const LATE_IMPORT = /\bimport\("([^"]+)"\)|\b__require\("([^"]+)"\)/g;

describe('the build', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  let files: ReadonlyMap<string, string>;

  beforeAll(async () => {
    built = await buildServer();
    const names = (await readdir(built.folder)).filter((name) => /\.js$|\.map$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(path.join(built.folder, name), 'utf8')));
    files = new Map(names.map((name, at) => [name, texts[at] ?? '']));
  });
  afterAll(() => built.remove());

  const chunks = (): string[] => [...files.keys()].filter((name) => name.endsWith('.js'));
  const importsOf = (name: string, pattern: RegExp): string[] =>
    [...(files.get(name) ?? '').matchAll(pattern)].map(([, one, other]) => one ?? other ?? '');
  const sourcesOf = (name: string): string[] => {
    const map = files.get(`${name}.map`);
    return map === undefined ? [] : (JSON.parse(map) as SourceMapPayload).sources;
  };
  /** What a program loads before its first statement. */
  const loadedAtStart = (program: string): string[] => {
    const found = new Set([program]);
    for (const name of found)
      for (const next of importsOf(name, STATIC_IMPORT)) if (next.startsWith('./')) found.add(next.slice(2));
    return [...found];
  };

  test('has every package inside but native code and GraphiQL, and graphql once', () => {
    const imported = chunks().flatMap((name) => [...importsOf(name, STATIC_IMPORT), ...importsOf(name, LATE_IMPORT)]);
    const outside = [...new Set(imported.filter((name) => !name.startsWith('./') && !isBuiltin(name)))].sort();
    expect(outside).toEqual([
      '@graphql-yoga/render-graphiql/graphiql',
      // What its package tries for, and goes on without, like each of the following but libsql.
      'bufferutil',
      'kerberos',
      'libsql',
      'node-libcurl',
      'pg-native',
      'utf-8-validate',
    ]);
    const ofGraphql = /Expected name to be a non-empty string/g;
    expect(chunks().flatMap((name) => files.get(name)?.match(ofGraphql) ?? [])).toHaveLength(1);
  });

  test('loads at start neither the simulator nor what only PostgreSQL, tokens, proxies and traces need', () => {
    const atStart = loadedAtStart('main.js');
    const sources = atStart.flatMap(sourcesOf);
    expect(sources.filter((source) => source.includes('/src/')).length).toBeGreaterThan(100);
    expect(sources.filter((source) => /simulator\/|postgres|telemetry\/(?!traces)/.test(source))).toEqual([]);
    for (const code of [
      'function startSimulator(',
      'class BoundPool extends',
      'function jwtVerify(',
      'HttpsProxyAgent = class extends ',
      'OTLPTraceExporter = class extends ',
      'WebStandardStreamableHTTPServerTransport = class ',
    ]) {
      const within = chunks().filter((name) => files.get(name)?.includes(code));
      expect([code, within.length]).toEqual([code, 1]);
      expect(atStart).not.toContain(within[0]);
    }
  });

  test('leads errors back to our sources, and has no maps of packages, which would take long to read', async () => {
    const lines = (files.get('main.js') ?? '').split('\n');
    const map = new SourceMap(JSON.parse(files.get('main.js.map') ?? '') as SourceMapPayload);
    const entry = map.findEntry(
      lines.findIndex((line) => line.startsWith('function stopOnSignal(')),
      0,
    );
    const source = await readFile(path.join(ROOT, 'src/main.ts'), 'utf8');
    expect(entry).toMatchObject({
      originalSource: expect.stringMatching(/\/src\/main\.ts$/) as string,
      originalLine: source.split('\n').findIndex((line) => line.startsWith('function stopOnSignal(')),
    });
    for (const name of chunks()) {
      expect([name, /sourceMappingURL/.test(files.get(name) ?? '')]).toEqual([name, files.has(`${name}.map`)]);
      expect(sourcesOf(name).filter((each) => each.includes('node_modules'))).toEqual([]);
    }
    const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const name of ['start', 'simulator', 'check-config', 'reset-sign-in', 'erase-device', 'backup']) {
      expect(scripts[name]).toMatch(/^(?:exec )?node --enable-source-maps dist\//);
    }
  });

  test('sends traces to a collector, the last of them before it ends', async () => {
    const collector = await startCollector();
    const dataDir = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    const server = built.start({
      DATA_DIR: dataDir,
      SHUTDOWN_DELAY_SECONDS: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'reports-of-a-test',
    });
    const response = await fetch(await server.address('API'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: 'query Stored { aggregatedReportRequests { totalCount } }' }),
    });
    expect(response.status).toBe(200);
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
    expect(collector.named('query Stored')).toMatchObject([{ resource: { 'service.name': 'reports-of-a-test' } }]);
    expect(server.complaints()).not.toMatch(/"level":(?:40|50|60)/);
    await collector.close();
    await rm(dataDir, { recursive: true });
  });

  test("returns the subgraph's schema as it is written for registries, without the library that composes it", async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    const server = built.start({ DATA_DIR: dataDir });
    const response = await fetch(await server.address('API'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    const sdl = await readFile(path.join(ROOT, 'schema/schema.graphql'), 'utf8');
    expect(await response.json()).toMatchObject({ data: { _service: { sdl } } });
    server.process.kill('SIGKILL');
    await server.exited();
    expect(chunks().filter((name) => files.get(name)?.includes('function buildSubgraph('))).toEqual([]);
    await rm(dataDir, { recursive: true });
  });

  test('reads stored reports on its thread, and ends it', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    const server = built.start({ DATA_DIR: dataDir });
    const response = await fetch(await server.address('API'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ aggregatedReportRequests { totalCount nodes { txid } } }' }),
    });
    expect(await response.json()).toMatchObject({ data: { aggregatedReportRequests: { totalCount: 0, nodes: [] } } });
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
    expect(server.complaints()).not.toMatch(/"level":(?:40|50|60)/);
    await rm(dataDir, { recursive: true });
  });

  test('logs why its thread that reads stored reports has ended, and does not start it for every request', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    const server = built.start({ DATA_DIR: dataDir });
    const url = await server.address('API');
    const worker = path.join(built.folder, 'sqlite-reader.worker.js');
    await rename(worker, `${worker}.moved`);
    try {
      for (let request = 0; request < 3; request += 1) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ query: '{ aggregatedReportRequests { totalCount } }' }),
        });
        expect(await response.text()).toContain('"errors"');
      }
    } finally {
      await rename(`${worker}.moved`, worker);
    }
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
    const interrupted = server.complaints().match(/.*a part of the store was interrupted.*/g) ?? [];
    expect(interrupted.join()).toMatch(/reading thread.*MODULE_NOT_FOUND/);
    expect(interrupted).toHaveLength(1);
    await rm(dataDir, { recursive: true });
  });

  test('is made once while nothing changes, and again if it was interrupted', async () => {
    const file = path.join(built.folder, 'main.js');
    const madeAt = async (): Promise<number> => (await stat(file)).mtimeMs;
    const build = (): Promise<unknown> =>
      promisify(execFile)(process.execPath, [
        path.join(ROOT, 'scripts/build.mjs'),
        '--if-changed',
        '--dir',
        built.folder,
      ]);
    const first = await madeAt();
    await build();
    expect(await madeAt()).toBe(first);
    await rm(path.join(built.folder, '.digest'));
    await build();
    expect(await madeAt()).toBeGreaterThan(first);
  });
});
