import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { Kysely, SqliteDialect, sql, type Compilable } from 'kysely';
import SqliteFile from 'libsql';
import type { Database, DatabaseOptions, Transaction } from './database.ts';
import { isPassing, toStoreError, toReportedError } from './driver-error.ts';
import { migrate } from './migrations.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';
import { createWatchers } from './notifications.ts';

export const SQLITE_FILE_NAME = 'requests.sqlite';

/** How long one statement waits for another process's lock; it stops the whole process meanwhile, so the rest is waited outside. */
const BUSY_TIMEOUT_MS = 2;
const BUSY_PAUSE_MS = 10;
/** So often a work waits for others before it gives up, about five seconds, with what those before it in the queue waited. */
const MAX_WAITS = 400;
/** How soon another process's commit is seen. */
const POLL_MS = 250;

export interface SqliteOptions extends DatabaseOptions {
  readonly dataDir: string;
}

/**
 * Opens the file in the folder, and makes both where they are missing, for the owner alone. Any number of processes may share
 * it: writers take turns, and each polls for the others' commits.
 */
export async function openSqlite({ dataDir, wait, onFailure }: SqliteOptions): Promise<Database> {
  const closing = new AbortController();
  const watchers = createWatchers();
  const file = openFile(dataDir);
  const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file.database }) });

  const assertOpen = (): void => {
    if (closing.signal.aborted) throw new StoreError('CLOSED');
  };
  const again = async <T>(work: () => Promise<T>, waits = { made: 0 }, madeBefore = 0): Promise<T> => {
    for (;;) {
      assertOpen();
      try {
        return await work();
      } catch (error) {
        assertOpen();
        if (waits.made - madeBefore >= MAX_WAITS || !isPassing(error)) throw toStoreError(error);
      }
      await wait(BUSY_PAUSE_MS, closing.signal).catch(() => null);
      waits.made += 1;
    }
  };

  /** Of all writes together: who waits in their queue waits for the same lock. */
  const writeWaits = { made: 0 };
  // What can fail because another process writes goes by `exec`: the driver leaves a prepared statement that failed so in
  // progress, and then no transaction of this connection could be committed.
  const transact = async <T>(work: (transaction: Transaction) => Promise<T>, madeBefore: number): Promise<T> => {
    const attempt = () =>
      kysely.connection().execute(async (tables) => {
        file.assertInPlace();
        const topics = new Set<string>();
        const last: Compilable[] = [];
        file.database.exec('BEGIN IMMEDIATE');
        try {
          const result = await work({
            tables,
            locksRows: false,
            later: (statement) => last.push(statement),
            notify: (topic) => topics.add(topic),
          });
          for (const statement of last) await tables.executeQuery(statement);
          file.database.exec('COMMIT');
          return { result, topics };
        } catch (error) {
          // SQLite itself has rolled back already after some errors, such as a full disk.
          if (file.database.inTransaction) file.database.exec('ROLLBACK');
          throw error;
        }
      });
    const { result, topics } = await again(attempt, writeWaits, madeBefore);
    for (const topic of topics) watchers.notify(topic);
    return result;
  };

  // One at a time, also while waiting for another process: a second writer could only get in the first one's way.
  let lastWrite: Promise<unknown> = Promise.resolve();
  const write = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => {
    const madeBefore = writeWaits.made;
    const written = lastWrite.then(() => transact(work, madeBefore));
    lastWrite = written.catch(() => null);
    return written;
  };

  const readVersion = async (): Promise<unknown> => {
    const { rows } = await again(() => sql<{ data_version: number }>`PRAGMA data_version`.execute(kysely));
    return rows[0]?.data_version;
  };

  const poll = async (): Promise<void> => {
    let seen = await readVersion();
    for (;;) {
      await wait(POLL_MS, closing.signal);
      if (watchers.isEmpty()) continue;
      try {
        const version = await readVersion();
        if (version !== seen) watchers.notifyAll();
        seen = version;
      } catch (error) {
        onFailure(toReportedError(error));
      }
    }
  };

  try {
    // The journal's mode is kept in the file; only the first process ever changes it, and the others wait meanwhile.
    await again(() => Promise.resolve(file.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')));
    await write(({ tables }) => migrate(tables, 'sqlite'));
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
  // Ends by the rejected wait once the store is closed.
  const polling = poll().catch(() => null);

  return {
    read: (work) => again(() => work(kysely)),
    write,
    subscribe: watchers.add,
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await Promise.all([polling, lastWrite]);
      await kysely.destroy();
    },
  };
}

interface OpenFile {
  readonly database: SqliteFile.Database;
  /** Throws UNAVAILABLE where the file was moved or removed: what is written to it then is lost with this process. */
  assertInPlace(): void;
}

function openFile(dataDir: string): OpenFile {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const filePath = path.join(dataDir, SQLITE_FILE_NAME);
    closeSync(openSync(filePath, 'a', 0o600));
    chmodSync(filePath, 0o600);
    const { ino } = statSync(filePath);
    const database = new SqliteFile(filePath);
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return {
      database,
      assertInPlace() {
        if (statSync(filePath, { throwIfNoEntry: false })?.ino !== ino) throw new StoreError('UNAVAILABLE', 'MOVED');
      },
    };
  } catch (error) {
    throw toStoreError(error);
  }
}
