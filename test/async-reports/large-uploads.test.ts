import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendFromPage } from '../support/browser-cors.ts';
import { imeisOf, startAsyncWorld } from '../support/world/async-world.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';
import { ENVIRONMENT } from '../support/world/built-world.ts';
import { createUpload, requestFleet, type FleetClient } from '../support/world/fleet-world.ts';
import type { Answer } from '../support/world/world.ts';

const PAGE = 'https://app.example.com';
const DEVICES = 1_000_000;
const DEVICES_PER_PART = 10_000;
const MAX_GROWTH_MIB = 96;

test('a page uploads a list only if its origin is allowed', async () => {
  const { world, close } = await startAsyncWorld({ config: { corsOrigins: [PAGE] } });
  try {
    const { url } = await createUpload(world);
    const { origin, pathname, search } = new URL(url);
    const request = {
      method: 'PUT',
      path: pathname + search,
      headers: { 'Content-Type': 'text/csv' },
      body: imeisOf(3).join('\n'),
    };
    const other = await sendFromPage(origin, { ...request, origin: 'https://other.example.com' });
    expect(other.kind).toBe('blocked');
    const own = await sendFromPage(origin, { ...request, origin: PAGE });
    if (own.kind !== 'read') throw new Error(own.reason);
    expect([own.answer.status, JSON.parse(own.answer.body)]).toMatchObject([200, { devices: 3 }]);
  } finally {
    await close();
  }
});

describe('a list of a million devices', { timeout: 240_000 }, () => {
  let built: BuiltServer;
  let dataDir: string;
  let server: StartedServer;
  let client: FleetClient;

  beforeAll(async () => {
    built = await buildServer();
    dataDir = await mkdtemp(path.join(tmpdir(), 'large-uploads-'));
    server = built.start({ ...ENVIRONMENT, DATA_DIR: dataDir, CALLBACK_SECRET: 'a-secret-of-the-callback-path' });
    const url = await server.address('API');
    client = {
      async query(query, variables): Promise<Answer> {
        const response = await fetch(url, {
          method: 'POST',
          body: JSON.stringify({ query, variables }),
          headers: { 'Content-Type': 'application/json' },
        });
        const { data = null, errors = [], extensions = {} } = (await response.json()) as Partial<Answer>;
        return { status: response.status, data, errors, extensions };
      },
    };
  }, 240_000);
  afterAll(async () => {
    server.process.kill('SIGKILL');
    await server.exited();
    await rm(dataDir, { recursive: true, force: true });
    await built.remove();
  });

  const readMemory = async (what: 'VmRSS' | 'VmHWM'): Promise<number> => {
    const text = await readFile(`/proc/${server.process.pid}/status`, 'utf8');
    return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / 1_024;
  };
  const upload = async (url: string, devices: number) => {
    const lines = new Blob([imeisOf(devices).join('\n')]);
    const response = await fetch(url, { method: 'PUT', body: lines });
    return { status: response.status, text: await response.text() };
  };

  test(`is read in less than ${MAX_GROWTH_MIB} MiB, and becomes parts of 10,000; one device more is too many`, async () => {
    // What the first upload loads is not counted.
    await upload((await createUpload(client)).url, 10);
    const tooMany = await createUpload(client);
    await writeFile(`/proc/${server.process.pid}/clear_refs`, '5');
    const before = await readMemory('VmRSS');
    expect((await upload(tooMany.url, DEVICES + 1)).status).toBe(413);
    const { id, url } = await createUpload(client);
    const startedAtMs = performance.now();
    const { status, text } = await upload(url, DEVICES);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    expect([status, JSON.parse(text)]).toMatchObject([200, { id, devices: DEVICES, duplicates: 0 }]);
    const grown = (await readMemory('VmHWM')) - before;
    console.info(`${DEVICES} devices in ${seconds.toFixed(1)} s, with ${Math.round(grown)} MiB`);
    expect(grown).toBeLessThan(MAX_GROWTH_MIB);
    const fleet = await requestFleet(client, id, { startDate: null, endDate: null, partsPerMinute: 1 });
    expect(fleet).toMatchObject({ requestedDevices: DEVICES, partCount: DEVICES / DEVICES_PER_PART });
  });
});
