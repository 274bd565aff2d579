import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import net, { type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql, type Kysely } from 'kysely';
import SqliteFile from 'libsql';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { toStoreError } from '../../src/async-reports/store/driver-error.ts';
import { openPostgres } from '../../src/async-reports/store/postgres.ts';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import type { Tables } from '../../src/async-reports/store/tables.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { eventually } from '../support/eventually.ts';
import { ACCOUNT, readAll, toError, toRequest, toUsage } from '../support/store/messages.ts';
import { describeStores, useStoreBench, type StoreBench } from '../support/store/stores.ts';

const FILTER = { accountNumber: ACCOUNT, owner: '', status: null };

const RAISE = `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;`;

/** Triggers that make the last statement of a commit fail and, for PostgreSQL, the commit itself. */
const FAILING_COMMITS = {
  SQLite: [
    {
      make: "CREATE TRIGGER fail BEFORE UPDATE ON requests BEGIN SELECT RAISE(ABORT, 'no'); END",
      drop: 'DROP TRIGGER fail',
    },
  ],
  PostgreSQL: [
    {
      make: `${RAISE} CREATE TRIGGER fail BEFORE UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION fail()`,
      drop: 'DROP FUNCTION fail CASCADE',
    },
    {
      make: `${RAISE} CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON requests DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fail()`,
      drop: 'DROP FUNCTION fail CASCADE',
    },
  ],
};

/** Runs a statement on the test's database directly, bypassing the store. */
async function runDirectly(bench: StoreBench, statement: string): Promise<void> {
  const { databaseUrl, dataDir } = bench.location();
  if (databaseUrl === null) {
    const file = new SqliteFile(path.join(dataDir, SQLITE_FILE_NAME));
    file.exec(statement);
    file.close();
    return;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** Resolves once so many statements of the database wait for a lock. */
async function untilWaiting(databaseUrl: string, count: number): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await eventually(async () => (await client.query(waiting)).rowCount).toBe(count);
  await client.end();
}

/** Forwards connections to the database. `cut` closes them without a word, as a network does that fails. */
async function startForwarder(databaseUrl: string): Promise<{ url: string; cut(): void; close(): void }> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = net.createServer((incoming) => {
    const outgoing = net.connect(Number(target.port), target.hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close: () => void server.close(),
  };
}

describeStores('the store', (bench) => {
  it('updates its schema once if it is opened five times at once', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => bench.open()));
    await Promise.all(stores.map((store, at) => store.add(toRequest(`tx ${at}`, 1))));
    for (const store of stores) expect(await store.count(FILTER)).toBe(5);
  });

  it('has all its data when it is opened again after it was closed', async () => {
    const first = await bench.open();
    await first.add(toRequest('a', 2));
    await first.recordMessages([toUsage('a', 0)]);
    await first.keyValues.compareAndSet('latch', null, '{"shut":true}');
    await first.close();
    await first.close();
    const second = await bench.open();
    expect(await second.find('a', ACCOUNT)).toMatchObject({ status: 'RECEIVING', receivedDevices: 1 });
    expect(await second.keyValues.get('latch')).toBe('{"shut":true}');
  });

  it('cuts the errors that an earlier version stored whole, and counts its unknown transactions, once', async () => {
    const first = await bench.open();
    await first.add(toRequest('a', 300));
    await first.recordMessages([toUsage('a', 0), ...Array.from({ length: 250 }, (_, at) => toError('a', at + 1))]);
    await first.recordMessages([toUsage('unknown', 0), toError('unknown', 1)]);
    await first.close();
    const long = JSON.stringify({ errorMessage: `No. ${'x🛰'.repeat(9_000)}`, errorResponse: null });
    await runDirectly(
      bench,
      `DROP INDEX unknown_requests; ALTER TABLE requests DROP COLUMN unknown_bytes;
       DROP INDEX aside_bodies_by_size; ALTER TABLE aside_bodies DROP COLUMN raw; ALTER TABLE aside_bodies DROP COLUMN bytes;
       ALTER TABLE requests DROP COLUMN filtered; ALTER TABLE requests DROP COLUMN unexpected_devices;
       ALTER TABLE requests DROP COLUMN unexpected_errors;
       DROP TABLE fleet_parts; DROP TABLE fleet_reports; DROP TABLE device_lists;
       DROP TABLE recorded_days; DROP TABLE recorded_usage; DROP TABLE record_requests;
       DELETE FROM schema_version WHERE version >= 3; DROP TABLE schema_steps;
       UPDATE device_rows SET error_json = '${long}' WHERE outcome = 2 AND seq > 30`,
    );
    const stores = await Promise.all([bench.open(), bench.open(), bench.open()]);
    for (const store of stores) {
      const errors = await readAll((page) => store.errors('a', page), 100);
      const cut = errors.filter(({ errorMessage }) => errorMessage?.startsWith('No. '));
      expect(errors).toHaveLength(250);
      expect(cut.length).toBeGreaterThan(200);
      for (const { errorMessage } of cut) expect(errorMessage).toMatch(/^No\. (?:x🛰)+x?…$/u);
      for (const { errorMessage } of cut) expect(errorMessage?.length).toBeGreaterThan(498);
      expect(errors.filter(({ errorMessage }) => errorMessage === 'The device did not answer.')).not.toEqual([]);
      const { storedUnknownBytes } = await store.deadLetterCounts();
      expect(storedUnknownBytes).toBeGreaterThan(700);
      expect(storedUnknownBytes).toBeLessThan(2_000);
    }
  });

  it('does not open a database that a later version wrote', async () => {
    await (await bench.open()).close();
    await runDirectly(bench, 'INSERT INTO schema_version VALUES (99)');
    await expect(bench.open()).rejects.toMatchObject({ name: 'StoreError', code: 'TOO_NEW' });
  });

  it('rejects with a code, without details of the statement, if a table is missing or the store is closed', async () => {
    const store = await bench.open();
    await runDirectly(bench, 'DROP TABLE device_rows');
    const failure: unknown = await store.recordMessages([toUsage('a', 0)]).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'StoreError',
      code: 'FAILED',
      message: 'The database of asynchronous reports failed.',
    });
    expect(JSON.stringify(failure)).not.toContain('device_rows');
    expect(Object.getOwnPropertyNames(failure)).not.toContain('cause');
    expect(await store.find('a', null)).toBeNull();
    await store.close();
    for (const asked of [
      () => store.find('a', null),
      () => store.removeExpired(),
      () => store.keyValues.compareAndSet('a', null, '1'),
    ]) {
      await expect(asked()).rejects.toMatchObject({ name: 'StoreError', code: 'CLOSED' });
    }
  });

  it('rejects and stores nothing if the last statement or the commit fails, and works again afterwards', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    for (const { make, drop } of FAILING_COMMITS[bench.kind]) {
      await runDirectly(bench, make);
      const failure: unknown = await store.recordMessages([toUsage('a', 0)]).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'StoreError', code: 'FAILED' });
      expect(await store.find('a', null)).toMatchObject({ status: 'QUEUED', revision: 1 });
      expect((await store.usage('a', null, { first: 10, after: null })).rows).toEqual([]);
      await runDirectly(bench, drop);
    }
    expect(await store.recordMessages([toUsage('a', 0)])).toMatchObject({ fresh: 1 });
    expect(await store.find('a', null)).toMatchObject({ status: 'RECEIVING', receivedDevices: 1 });
  });

  it('lets every read see what was committed before it, by itself or by another process', async () => {
    const stores = [await bench.open(), await bench.open()];
    const [first] = stores;
    await first?.add(toRequest('a', 100));
    for (let device = 0; device < 60; device += 1) {
      await stores[device % 2]?.recordMessages([toUsage('a', device)]);
      for (const store of stores) {
        expect(await store.find('a', null)).toMatchObject({ receivedDevices: device + 1 });
        expect(await store.totals('a')).toMatchObject({ devices: device + 1 });
      }
    }
  });

  it('reads again after a read failed', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 1));
    await store.recordMessages([toUsage('a', 0)]);
    const read = () => store.usage('a', null, { first: 1, after: null });
    expect((await read()).rows).toHaveLength(1);
    await runDirectly(bench, 'ALTER TABLE device_rows RENAME TO elsewhere');
    await expect(read()).rejects.toMatchObject({ name: 'StoreError', code: 'FAILED' });
    await runDirectly(bench, 'ALTER TABLE elsewhere RENAME TO device_rows');
    await store.recordMessages([toUsage('a', 0, { bytesTransferred: 77 })]);
    expect((await read()).rows).toMatchObject([{ node: { bytesTransferred: 77 } }]);
  });

  it('stores key-value pairs, and lets one of many concurrent compareAndSet calls succeed', async () => {
    const [one, other] = [await bench.open(), await bench.open()];
    expect(await one.keyValues.get('a')).toBeNull();
    expect(await one.keyValues.compareAndSet('a', '"other"', '"next"')).toBe(false);
    const firsts = await Promise.all(
      [one, other, one].map(({ keyValues }, at) => keyValues.compareAndSet('a', null, String(at))),
    );
    expect(firsts.filter(Boolean)).toHaveLength(1);
    const seen = (await other.keyValues.get('a')) ?? '';
    const nexts = await Promise.all(
      [one, other].map(({ keyValues }, at) => keyValues.compareAndSet('a', seen, `"next ${at}"`)),
    );
    expect(nexts.filter(Boolean)).toHaveLength(1);
    expect(await one.keyValues.get('a')).toMatch(/^"next [01]"$/);
  });
});

describe('the SQLite file', () => {
  const bench = useStoreBench('SQLite');

  it('is accessible to its owner only, and so is its folder', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 1));
    const { dataDir } = bench.location();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    const files = await readdir(dataDir);
    expect(files).toContain(SQLITE_FILE_NAME);
    for (const file of files) expect((await stat(path.join(dataDir, file))).mode & 0o777).toBe(0o600);
  });

  it('is rejected if it cannot be opened or is not a database', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'requests-'));
    await writeFile(path.join(folder, 'taken'), 'a file');
    const inFile = bench.open({ dataDir: path.join(folder, 'taken') });
    await expect(inFile).rejects.toMatchObject({ name: 'StoreError', code: 'UNAVAILABLE' });
    await writeFile(
      path.join(folder, SQLITE_FILE_NAME),
      'no database, but a text that is long enough to be looked at'.repeat(99),
    );
    const noDatabase: unknown = await bench.open({ dataDir: folder }).catch((error: unknown) => error);
    expect(noDatabase).toMatchObject({ name: 'StoreError', code: 'FAILED' });
    expect(String(noDatabase)).not.toContain(folder);
    await rm(folder, { recursive: true });
  });

  it('is not written after it was moved or replaced, because the data would be lost', async () => {
    const store = await bench.open();
    const { dataDir } = bench.location();
    await rename(path.join(dataDir, SQLITE_FILE_NAME), path.join(dataDir, 'elsewhere'));
    await expect(store.recordMessages([toUsage('a', 0)])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await writeFile(path.join(dataDir, SQLITE_FILE_NAME), '');
    await expect(store.recordMessages([toUsage('a', 0)])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is not read if it was moved or replaced before the first read, because there would be nothing in it', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 1));
    const file = path.join(bench.location().dataDir, SQLITE_FILE_NAME);
    await rename(file, `${file}-elsewhere`);
    const MOVED = { code: 'UNAVAILABLE', driverCode: 'MOVED' };
    await expect(store.find('a', null)).rejects.toMatchObject(MOVED);
    await writeFile(file, '');
    await expect(store.find('a', null)).rejects.toMatchObject(MOVED);
    expect((await stat(file)).size).toBe(0);
  });

  it('is waited for while another process locks it, but not forever', async () => {
    const store = await bench.open();
    const { dataDir } = bench.location();
    const writer = new SqliteFile(path.join(dataDir, SQLITE_FILE_NAME));
    writer.exec('BEGIN IMMEDIATE');
    const waiting = store.recordMessages([toUsage('a', 0)]);
    expect(await store.find('a', null)).toBeNull();
    writer.exec('COMMIT');
    expect(await waiting).toMatchObject({ fresh: 1 });
    const impatient = await bench.open({
      async wait(_, signal) {
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
      },
    });
    writer.exec('BEGIN IMMEDIATE');
    await expect(impatient.recordMessages([toUsage('a', 1)])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    writer.exec('COMMIT');
    writer.close();
    expect(await impatient.recordMessages([toUsage('a', 1)])).toMatchObject({ fresh: 1 });
  });

  it('is waited for at the start for as long as another process may take to migrate it', async () => {
    await (await bench.open()).close();
    const writer = new SqliteFile(path.join(bench.location().dataDir, SQLITE_FILE_NAME));
    writer.exec('BEGIN IMMEDIATE');
    let waits = 0;
    const opening = bench.open({
      async wait(milliseconds, signal) {
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        if (milliseconds !== 10) return;
        waits += 1;
        if (waits === 1_000) writer.exec('COMMIT');
      },
    });
    await (await opening).add(toRequest('a', 1));
    expect(waits).toBe(1_000);
    writer.close();
  });

  it('makes a queue of writes wait no longer than the first write', async () => {
    let waits = 0;
    const store = await bench.open({
      async wait(milliseconds, signal) {
        if (milliseconds === 10) waits += 1;
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
      },
    });
    const writer = new SqliteFile(path.join(bench.location().dataDir, SQLITE_FILE_NAME));
    writer.exec('BEGIN IMMEDIATE');
    const queue = Array.from({ length: 20 }, (_, at) => store.recordMessages([toUsage('a', at)]));
    for (const written of await Promise.allSettled(queue)) {
      expect(written).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    expect(waits).toBeLessThan(500);
    writer.exec('COMMIT');
    writer.close();
    expect(await store.recordMessages([toUsage('a', 1)])).toMatchObject({ fresh: 1 });
  });

  it('reports a full disk with its own code', async () => {
    await bench.open();
    const file = new SqliteFile(path.join(bench.location().dataDir, SQLITE_FILE_NAME));
    file.exec('PRAGMA max_page_count = 1');
    const fill = (): unknown => file.exec(`INSERT INTO notes VALUES ('a', '${'x'.repeat(1_000_000)}')`);
    let failure: unknown = null;
    try {
      fill();
    } catch (error) {
      failure = toStoreError(error);
    }
    file.close();
    expect(failure).toMatchObject({ name: 'StoreError', code: 'FULL', driverCode: 'SQLITE_FULL' });
  });
});

describe('PostgreSQL', () => {
  const bench = useStoreBench('PostgreSQL');

  it('is unavailable if nothing listens at the address, or the database does not exist', async () => {
    const nobody = bench.open({ databaseUrl: 'postgres://secret:hidden@127.0.0.1:1/none' });
    await expect(nobody).rejects.toMatchObject({ name: 'StoreError', code: 'UNAVAILABLE', driverCode: 'ECONNREFUSED' });
    const none = bench.open({ databaseUrl: `${bench.location().databaseUrl ?? ''}_none` });
    await expect(none).rejects.toMatchObject({ code: 'UNAVAILABLE', driverCode: '3D000' });
  });

  it('ends callers’ reads after 10 s, and statements of the server after 30 s', async () => {
    const { databaseUrl } = bench.location();
    const database = await openPostgres({
      databaseUrl: databaseUrl ?? '',
      wait: systemClock.wait,
      onFailure: () => undefined,
    });
    const showTimeout = (tables: Kysely<Tables>) =>
      sql<{ statement_timeout: string }>`SHOW statement_timeout`.execute(tables).then(({ rows }) => rows[0]);
    expect(await database.read(showTimeout)).toEqual({ statement_timeout: '10s' });
    expect(await database.readOwn(showTimeout)).toEqual({ statement_timeout: '30s' });
    await database.close();
  });

  it('works again after all connections were cut', async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 2));
    await bench.dropConnections();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => store.recordMessages([toUsage('a', 0)])));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'UNAVAILABLE' });
    }
    await store.recordMessages([toUsage('a', 0), toUsage('a', 1)]);
    expect(await store.find('a', null)).toMatchObject({ status: 'COMPLETED', receivedDevices: 2 });
  });

  it('is unavailable if the network fails in the middle of statements, and works again after it', async () => {
    const databaseUrl = bench.location().databaseUrl ?? '';
    const forwarder = await startForwarder(databaseUrl);
    const store = await bench.open({ databaseUrl: forwarder.url });
    await store.add(toRequest('a', 2));
    const locker = new pg.Client(databaseUrl);
    await locker.connect();
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE requests');
    const statements = Promise.allSettled([store.recordMessages([toUsage('a', 0)]), store.find('a', null)]);
    await untilWaiting(databaseUrl, 2);
    forwarder.cut();
    for (const outcome of await statements) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    await locker.query('COMMIT');
    await store.recordMessages([toUsage('a', 0), toUsage('a', 1)]);
    expect(await store.find('a', null)).toMatchObject({ status: 'COMPLETED', receivedDevices: 2 });
    await locker.end();
    forwarder.close();
  });

  it('commits durably even if the database has synchronous_commit off', async () => {
    const { databaseUrl } = bench.location();
    const name = new URL(databaseUrl ?? '').pathname.slice(1);
    await runDirectly(bench, `ALTER DATABASE ${name} SET synchronous_commit = off`);
    const store = await bench.open();
    await runDirectly(
      bench,
      `CREATE FUNCTION note_setting() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.json := to_json(current_setting('synchronous_commit'))::text; RETURN NEW; END $$;
       CREATE TRIGGER note_setting BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION note_setting()`,
    );
    await store.keyValues.compareAndSet('setting', null, '"unknown"');
    expect(await store.keyValues.get('setting')).toBe('"on"');
  });
});
