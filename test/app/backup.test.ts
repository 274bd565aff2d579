import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReportStore, type ReportStoreOptions } from '../../src/async-reports/store/open-store.ts';
import type { ReportStore } from '../../src/async-reports/store/store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { eventually } from '../support/eventually.ts';
import { startPostgres, type TestPostgres } from '../support/postgres/postgres.ts';
import { ACCOUNT, toRequest, toUsage } from '../support/store/messages.ts';
import { DAY, HOUR, MINUTE, NOON } from '../support/store/stores.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

const PAGE = new URL('../../docs/operations.md', import.meta.url);
const DEVICES = 500;

/** The commands of a code block in docs/operations.md, which begins with this text. */
async function readCommands(beginning: string): Promise<string> {
  const blocks = [...(await readFile(PAGE, 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code);
  const found = blocks.filter((code) => code.startsWith(beginning));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

async function runCommands(code: string, env: Record<string, string>): Promise<void> {
  await promisify(execFile)('sh', ['-ec', code], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: env['DATA_DIR'],
  });
}

const opened: ReportStore[] = [];
async function open(location: Pick<ReportStoreOptions, 'databaseUrl' | 'dataDir'>): Promise<ReportStore> {
  const store = await openReportStore({
    ...location,
    now: () => NOON,
    wait: systemClock.wait,
    quietMs: 15 * MINUTE,
    deadlineMs: 24 * HOUR,
    retentionMs: 30 * DAY,
    unknownMaxBytes: 64 * 2 ** 20,
    onFailure: () => undefined,
  });
  opened.push(store);
  return store;
}

/** Records the devices of two reports one by one, a commit each, again and again with more bytes, until it is stopped. */
function startRecording(store: ReportStore): { readonly count: () => number; stop(): Promise<void> } {
  let count = 0;
  let isStopped = false;
  const record = async (): Promise<void> => {
    for (; !isStopped; count += 1) {
      const usage = { bytesTransferred: count };
      await store.recordMessages([toUsage('a', count % DEVICES, usage), toUsage('b', count % DEVICES, usage)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const recording = record();
  return {
    count: () => count,
    async stop() {
      isStopped = true;
      await recording;
    },
  };
}

/** Whatever had been committed before is in the copy, and each commit is in it as a whole or not at all. */
async function expectConsistent(store: ReportStore, committedBefore: number): Promise<void> {
  const [a, b] = [await store.find('a', ACCOUNT), await store.find('b', ACCOUNT)];
  expect(a?.receivedDevices).toBeGreaterThanOrEqual(Math.min(committedBefore, DEVICES));
  expect(a?.receivedDevices).toBe(b?.receivedDevices);
  const totals = await store.totals('a');
  expect(totals).toEqual(await store.totals('b'));
  expect(totals.devices).toBe(a?.receivedDevices);
  expect(await store.keyValues.get('secret callbacks')).toBe('"a-secret"');
  // It goes on from there.
  await store.recordMessages(Array.from({ length: DEVICES }, (_, device) => toUsage('a', device)));
  expect(await store.find('a', ACCOUNT)).toMatchObject({ status: 'COMPLETED', receivedDevices: DEVICES });
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'backup-'));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function fill(store: ReportStore): Promise<void> {
  await store.keyValues.compareAndSet('secret callbacks', null, '"a-secret"');
  await store.add(toRequest('a', DEVICES));
  await store.add(toRequest('b', DEVICES));
}

describe('npm run backup', { timeout: 60_000 }, () => {
  let built: BuiltServer;
  beforeAll(async () => {
    built = await buildServer();
  }, 120_000);
  afterAll(() => built.remove());

  const backUp = async (environment: Record<string, string>, ...args: string[]) => {
    const started = built.start(environment, 'backup.js', args);
    const code = await started.exited();
    return { code, output: started.output(), complaints: started.complaints() };
  };

  test('copies SQLite as it is at one moment, while it is written to, and the copy is restored as the page says', async () => {
    const [dataDir, file] = [path.join(folder, 'data'), path.join(folder, 'backup.sqlite')];
    const store = await open({ databaseUrl: null, dataDir });
    await fill(store);
    const recording = startRecording(store);
    await eventually(recording.count).toBeGreaterThan(10);
    const committedBefore = recording.count();
    const { code, output, complaints } = await backUp({ DATA_DIR: dataDir }, file);
    const committedAfter = recording.count();
    await recording.stop();
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toMatch(/^Copied the database to .*backup\.sqlite \(\d+\.\d MiB\)\.\n$/);
    expect(committedAfter).toBeGreaterThan(committedBefore);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['backup.sqlite', 'data']);

    // Back in place of a database that went on, whose log of changes must not be applied to the copy.
    await store.recordMessages([toUsage('later', 0)]);
    await store.close();
    await writeFile(path.join(dataDir, 'requests.sqlite-wal'), 'the log of another database');
    await runCommands(await readCommands('cd "$DATA_DIR"'), { DATA_DIR: dataDir, BACKUP: file });
    const restored = await open({ databaseUrl: null, dataDir });
    await expectConsistent(restored, committedBefore);
    expect(await restored.deadLetterCounts()).toMatchObject({ storedUnknownTransactions: 0 });
  });

  test('exits with 1 and changes nothing if the file exists, its folder does not, or there is no database', async () => {
    const dataDir = path.join(folder, 'data');
    await (await open({ databaseUrl: null, dataDir })).close();
    const file = path.join(folder, 'taken');
    await writeFile(file, 'a file');
    const taken = await backUp({ DATA_DIR: dataDir }, file);
    expect([taken.code, taken.output]).toEqual([1, '']);
    expect(taken.complaints).toMatch(/^The database was not copied: .*taken exists already \(EEXIST\)\.\n$/);
    expect(await readFile(file, 'utf8')).toBe('a file');
    const nowhere = await backUp({ DATA_DIR: dataDir }, path.join(folder, 'none', 'file'));
    expect([nowhere.code, nowhere.complaints]).toEqual([1, expect.stringContaining('ENOENT')]);
    await mkdir(path.join(folder, 'empty'));
    const empty = await backUp({ DATA_DIR: path.join(folder, 'empty') }, path.join(folder, 'other'));
    expect([empty.code, empty.complaints]).toEqual([1, expect.stringContaining('there is no database')]);
    expect((await readdir(folder)).sort()).toEqual(['data', 'empty', 'taken']);
    expect(await readdir(path.join(folder, 'empty'))).toEqual([]);
  });

  test('exits with 2 without a file, and with 1 for PostgreSQL, which has pg_dump', async () => {
    expect(await backUp({ DATA_DIR: folder })).toMatchObject({
      code: 2,
      complaints: expect.stringMatching(/^Usage/) as string,
    });
    const other = await backUp({ DATABASE_URL: 'postgres://reports@127.0.0.1/reports' }, path.join(folder, 'file'));
    expect([other.code, other.complaints]).toEqual([1, expect.stringContaining('pg_dump')]);
  });
});

/** Folders with the programs of PostgreSQL. The server of the other tests comes without pg_dump. */
const BINARIES = ['15', '16', '17', '18', '19'].map((version) => `/usr/lib/postgresql/${version}/bin`);
const binaries = BINARIES.findLast((each) => existsSync(`${each}/pg_dump`) && existsSync(`${each}/initdb`));

describe.skipIf(binaries === undefined)('pg_dump and pg_restore', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres(binaries);
  }, 60_000);
  afterAll(() => postgres.close());

  test('copy PostgreSQL while it is written to, and restore it as the page says', async () => {
    const databaseUrl = await postgres.createDatabase();
    const store = await open({ databaseUrl, dataDir: folder });
    await fill(store);
    const recording = startRecording(store);
    await eventually(recording.count).toBeGreaterThan(10);
    const committedBefore = recording.count();
    const environment = { PATH: `${binaries ?? ''}:${process.env['PATH'] ?? ''}`, DATA_DIR: folder, HOME: folder };
    await runCommands(await readCommands('pg_dump'), { ...environment, DATABASE_URL: databaseUrl });
    await recording.stop();
    const restoredUrl = await postgres.createDatabase();
    await runCommands(await readCommands('pg_restore'), { ...environment, DATABASE_URL: restoredUrl });
    await expectConsistent(await open({ databaseUrl: restoredUrl, dataDir: folder }), committedBefore);
  });
});
