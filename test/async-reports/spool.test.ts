import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adoptSpoolFiles, createSpoolFile } from '../../src/async-reports/store/spool-file.ts';
import { eventually } from '../support/eventually.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';
import type { Settings } from '../support/world/settings.ts';
import { lockStore } from '../support/store/lock-store.ts';

const [A = '', B = '', C = ''] = imeisOf(3);

describe.each(['SQLite', 'PostgreSQL'] as const)('while the store is locked, on %s', (kind) => {
  let at: AsyncWorld;
  let folder: string;
  let databaseUrl: string | null;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spool-'));
    databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (config: Settings = {}): Promise<AsyncWorld> => {
    const world = await startAsyncWorld({ config: { databaseUrl, dataDir: folder, ...config } });
    closing.push(() => world.close());
    return world;
  };
  const lock = () => lockStore(databaseUrl, folder);
  const spoolFiles = async (where = folder): Promise<string[]> =>
    (await readdir(where)).filter((name) => name.endsWith('.spool'));
  const received = async (world: AsyncWorld, txid: string) => (await world.find(txid))?.receivedDevices;

  test('a message is answered with 200 within 4 s, and is not lost when the store is locked for longer', async () => {
    at = await start();
    const txid = await at.request([A, B, C]);
    const unlock = await lock();
    const startedAtMs = performance.now();
    expect((await at.post(usageOf(txid, A))).status).toBe(200);
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
    // The store is known to be locked now, so that the others need not wait for it.
    const nextAtMs = performance.now();
    const answers = await Promise.all([at.post(usageOf(txid, B)), at.post(usageOf(txid, C)), at.post('garbled')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(performance.now() - nextAtMs).toBeLessThan(2_000);
    expect(await spoolFiles()).toHaveLength(1);
    expect(await received(at, txid)).toBe(0);
    await unlock();
    await eventually(() => received(at, txid)).toBe(3);
    expect(await at.find(txid)).toMatchObject({ status: 'COMPLETED', usage: { totalCount: 3 } });
    await eventually(() => spoolFiles()).toEqual([]);
    expect(at.world.logged.join()).toContain('are kept on disk until the database can store them');
    expect(at.world.logged.filter((line) => line.includes('It is not valid JSON.'))).toHaveLength(1);
  });

  test('messages on disk are replayed when the server starts again', async () => {
    at = await start();
    const txid = await at.request([A, B]);
    const unlock = await lock();
    expect((await at.post(usageOf(txid, A))).status).toBe(200);
    expect((await at.post(usageOf(txid, B))).status).toBe(200);
    await closing.pop()?.();
    expect(await spoolFiles()).toHaveLength(1);
    await unlock();
    const again = await start();
    await eventually(() => received(again, txid)).toBe(2);
    await eventually(() => spoolFiles()).toEqual([]);
  });

  test('messages on disk are not recorded in another database whose server shares the folder', async () => {
    const spoolDir = path.join(folder, 'spool');
    at = await start({ spoolDir });
    const txid = await at.request([A]);
    const unlock = await lock();
    expect((await at.post(usageOf(txid, A))).status).toBe(200);
    await closing.pop()?.();
    await unlock();
    const other = { dataDir: path.join(folder, 'other'), databaseUrl: databaseUrl && (await createDatabase()) };
    const another = await start({ spoolDir, ...other });
    expect(await another.request([A])).toBe(txid);
    expect(await received(another, txid)).toBe(0);
    expect(await spoolFiles(spoolDir)).toHaveLength(1);
    const again = await start({ spoolDir });
    await eventually(() => received(again, txid)).toBe(1);
    await eventually(() => spoolFiles(spoolDir)).toEqual([]);
    expect(await received(another, txid)).toBe(0);
  });

  test('a message gets 503 if the folder of the spool cannot be written, and nothing is lost by it', async () => {
    const notAFolder = path.join(folder, 'file');
    await writeFile(notAFolder, '');
    at = await start({ spoolDir: notAFolder });
    expect(at.world.logged.join()).toContain('the folder for callback messages cannot be written');
    const txid = await at.request([A]);
    const unlock = await lock();
    const startedAtMs = performance.now();
    expect(await at.post(usageOf(txid, A))).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
    await unlock();
    expect((await at.post(usageOf(txid, A))).status).toBe(200);
    expect(await received(at, txid)).toBe(1);
  });

  test('messages on disk take at most CALLBACK_SPOOL_MAX_BYTES, and further ones get 503', async () => {
    const message = (txid: string, imei: string) => JSON.stringify(usageOf(txid, imei)).padEnd(1_000, ' ');
    at = await start({ spoolMaxBytes: 2_500 });
    const txid = await at.request([A, B, C]);
    const unlock = await lock();
    const statuses = [(await at.post(message(txid, A))).status];
    const more = await Promise.all([at.post(message(txid, B)), at.post(message(txid, C))]);
    statuses.push(...more.map(({ status }) => status));
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 503]);
    await unlock();
    await eventually(() => received(at, txid)).toBe(2);
    expect((await at.post(message(txid, C))).status).toBe(200);
    await eventually(() => received(at, txid)).toBe(3);
  });
});

describe('a spool file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spool-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const body = (text: string) => ({ bytes: Buffer.from(text), charset: null, fault: null, receivedAtMs: 7 });
  const inFolder = (database = 'mine') => ({ path: folder, database });
  const fail = (error: unknown): never => {
    throw error;
  };

  test('belongs to one process, and is adopted once after that has released it', async () => {
    const file = createSpoolFile(inFolder(), 'one');
    file.append([body('first'), body('second')]);
    expect(adoptSpoolFiles(inFolder(), fail)).toEqual([]);
    file.close();
    const [adopted, ...others] = adoptSpoolFiles(inFolder(), fail);
    expect(others).toEqual([]);
    expect(adoptSpoolFiles(inFolder(), fail)).toEqual([]);
    expect(adopted?.bytes()).toBe(11);
    const bodies = adopted?.read(0, 10, 1_000) ?? [];
    expect(bodies.map(({ bytes, receivedAtMs }) => [bytes.toString(), receivedAtMs])).toEqual([
      ['first', 7],
      ['second', 7],
    ]);
    expect(adopted?.read(0, 10, 1)).toHaveLength(1);
    adopted?.remove(bodies.map(({ id }) => id));
    adopted?.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is not adopted for another database', () => {
    const file = createSpoolFile(inFolder(), 'one');
    file.append([body('first')]);
    file.close();
    expect(adoptSpoolFiles(inFolder('another'), fail)).toEqual([]);
    const [adopted] = adoptSpoolFiles(inFolder(), fail);
    expect(adopted?.bytes()).toBe(5);
    adopted?.close();
  });

  test('knows that it was moved away', async () => {
    const file = createSpoolFile(inFolder(), 'one');
    expect(file.isInPlace()).toBe(true);
    await rm(path.join(folder, 'callbacks-mine-one.spool'));
    expect(file.isInPlace()).toBe(false);
    file.close();
  });
});
