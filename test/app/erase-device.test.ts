import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSpoolFile } from '../../src/async-reports/store/spool-file.ts';
import { eventually } from '../support/eventually.ts';
import type { RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { findFreePort } from '../support/free-port.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { PATHS } from '../support/world/admin.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';
import { bytesOf, createBuiltClient, ENVIRONMENT, startAcceptingPlatform } from '../support/world/built-world.ts';
import { lockStore } from '../support/store/lock-store.ts';

const [A, B] = ['350000000000001', '350000000000002'];
const REPORT =
  'query ($txid: ID!) { aggregatedReportRequest(txid: $txid) { status expectedDevices receivedDevices usage { nodes { imei } } } }';

let built: BuiltServer;
let platform: RecordingPlatform;
let folder: string;
beforeAll(async () => {
  [built, platform] = await Promise.all([buildServer(), startAcceptingPlatform()]);
}, 120_000);
afterAll(async () => {
  await platform.close();
  await built.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'erase-device-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function finish(started: StartedServer) {
  const code = await started.exited();
  const texts = `${started.output()}${started.complaints()}`;
  // Nothing that it writes has a whole IMEI.
  expect(texts).not.toMatch(/\d{15}/);
  return { code, output: started.output(), complaints: started.complaints() };
}

describe.each(['SQLite', 'PostgreSQL'] as const)('npm run erase-device, on %s', { timeout: 60_000 }, (kind) => {
  let environment: Record<string, string>;
  const servers: StartedServer[] = [];
  beforeEach(async () => {
    environment = {
      ...ENVIRONMENT,
      DATA_DIR: folder,
      THINGSPACE_BASE_URL: platform.url,
      ...(kind === 'PostgreSQL' ? { DATABASE_URL: await createDatabase() } : {}),
    };
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await kill(server);
  });

  const startServer = async () => {
    const server = built.start(environment);
    servers.push(server);
    return { server, client: createBuiltClient(await server.address('API')) };
  };
  const kill = async ({ process }: StartedServer): Promise<void> => {
    if (process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  };
  const erase = (...args: string[]) => finish(built.start(environment, 'erase-device.js', args));
  const spoolFiles = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.spool'));
  const lock = () => lockStore(environment['DATABASE_URL'] ?? null, folder);

  test('removes a device while a server runs, which forgets what it had cached', async () => {
    const { client } = await startServer();
    const txid = await client.request([A, B]);
    expect(await client.post(txid, A)).toBe(200);
    expect(await client.post(txid, B)).toBe(200);
    expect(await client.postBody(`{"imei":"${A}", garbled`)).toBe(200);
    const usage = [A, B].map((imei) => ({ imei, bytesTransferred: bytesOf(imei) }));
    const countCalls = async (): Promise<number> => {
      const before = platform.requestsTo(PATHS.aggregate).length;
      expect(await client.usage([A, B])).toEqual(usage);
      return platform.requestsTo(PATHS.aggregate).length - before;
    };
    expect([await countCalls(), await countCalls()]).toEqual([1, 0]);

    const { code, output, complaints } = await erase(A);
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toBe('Device ***********0001: removed 1 rows of 1 reports, and 1 unreadable messages.\n');
    await eventually(countCalls).toBe(1);
    expect(await client.query(REPORT, { txid })).toEqual({
      aggregatedReportRequest: {
        status: 'COMPLETED',
        expectedDevices: 1,
        receivedDevices: 1,
        usage: { nodes: [{ imei: B }] },
      },
    });
    expect(await erase(A)).toMatchObject({
      code: 0,
      output: 'Device ***********0001: removed 0 rows of 0 reports, and 0 unreadable messages.\n',
    });
  });

  test('finds what a server that ended left on disk, and says which reports are open', async () => {
    const { server, client } = await startServer();
    const txid = await client.request([A, B]);
    const unlock = await lock();
    expect(await client.post(txid, A)).toBe(200);
    await kill(server);
    await unlock();
    expect(await spoolFiles()).toHaveLength(1);
    const { code, output } = await erase(A);
    expect(code).toBe(0);
    expect(output).toMatch(/removed 1 rows of 1 reports/);
    expect(output).toMatch(/^1 of these reports are not complete\./m);
    expect(await spoolFiles()).toEqual([]);
    const { client: next } = await startServer();
    expect(await next.query(REPORT, { txid })).toMatchObject({
      aggregatedReportRequest: { status: 'QUEUED', expectedDevices: 1, usage: { nodes: [] } },
    });
  });

  test('exits with 3 if a server that runs has messages on disk that it cannot record', async () => {
    const { server } = await startServer();
    await kill(server);
    // As a server whose connection to the database is broken: its file is locked, and stays.
    const [name = ''] = (await readSecret(environment)).slice(0, 1);
    const file = createSpoolFile({ path: folder, database: name }, 'held');
    file.append([{ bytes: Buffer.from('{}'), charset: null, fault: null, receivedAtMs: 0 }]);
    const { code, output } = await erase(A);
    expect(code).toBe(3);
    expect(output).toMatch(/^Messages are still on disk/m);
    file.close();
  });
});

describe('npm run erase-device', { timeout: 60_000 }, () => {
  const erase = (environment: Record<string, string>, ...args: string[]) =>
    finish(built.start({ DATA_DIR: folder, ...environment }, 'erase-device.js', args));

  test.each([[[]], [['35000000000000']], [['3500000000000011']], [['35000000000000x']], [[A, B]]])(
    'exits with 2 for %j, and repeats none of it',
    async (args) => {
      const { code, output, complaints } = await erase({}, ...args);
      expect([code, output]).toEqual([2, '']);
      expect(complaints).toBe(
        'Usage: erase-device <imei>, with an IMEI of exactly 15 digits and the environment of the server.\n',
      );
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test('exits with 1 and the reason if the settings are wrong, or the database cannot be reached', async () => {
    const wrong = await erase({ RETENTION_DAYS: 'many' }, A);
    expect([wrong.code, wrong.output]).toEqual([1, '']);
    expect(wrong.complaints).toContain('RETENTION_DAYS');
    const port = await findFreePort();
    const away = await erase({ DATABASE_URL: `postgres://reports:hunter2@127.0.0.1:${port}/reports` }, A);
    expect([away.code, away.output]).toEqual([1, '']);
    expect(away.complaints).toMatch(/ECONNREFUSED.*\nRun this again: nothing is removed twice\.\n$/s);
    expect(away.complaints).not.toContain('hunter2');
  });
});

/** The name of the database in the names of its spool files. */
async function readSecret({ DATABASE_URL, DATA_DIR = '' }: Record<string, string>): Promise<string[]> {
  const statement = "SELECT json FROM notes WHERE key = 'secret spool'";
  const toName = (rows: unknown[]): string[] =>
    (rows as { json: string }[]).map(({ json }) => JSON.parse(json) as string);
  if (DATABASE_URL === undefined) {
    const file = new SqliteFile(path.join(DATA_DIR, 'requests.sqlite'));
    const rows = file.prepare(statement).all();
    file.close();
    return toName(rows);
  }
  const client = new pg.Client(DATABASE_URL);
  await client.connect();
  const { rows } = await client.query(statement).finally(() => client.end());
  return toName(rows);
}
