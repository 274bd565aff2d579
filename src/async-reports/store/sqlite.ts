import { untilNextTurn } from '../../domain/next-turn.ts';
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { Kysely, SqliteDialect, sql, type Compilable } from 'kysely';
import SqliteFile from 'libsql';
import type { Database, DatabaseOptions, Transaction } from './database.ts';
import { isTransient, toStoreError, toReportedError } from './driver-error.ts';
import { migrate } from './migrations.ts';
import { createWatchers } from './notifications.ts';
import { createSqliteReader, type SqliteLocation } from './sqlite-reader.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

export const SQLITE_FILE_NAME = 'requests.sqlite';

/** How long a statement waits for another process's lock. A write blocks the event loop, so it is short and retried after a pause. */
const BUSY_TIMEOUT_MS = 2;
const BUSY_PAUSE_MS = 10;
/** Pauses before a write or read gives up, about five seconds in all. Pauses of the writes queued before it count too. */
const MAX_WAITS = 400;
/** How often opening waits that long for another process, which may be migrating a large database: about a minute. */
const MAX_OPEN_TRIES = 12;
/** Deferred statements that run before the event loop runs other work. */
const STATEMENTS_PER_TURN = 100;
/** One read runs in the thread of the reader, and another is there when it ends. */
const READ_LIMITS = { concurrentReads: 2, concurrentReadsPerPrincipal: 2 };
/** How often the commits of other processes are looked for. */
const POLL_MS = 250;

export interface SqliteOptions extends DatabaseOptions {
  readonly dataDir: string;
}

/**
 * Opens the database file in `dataDir`. Creates both if they are missing, readable by the owner only. Any number of processes may
 * share the file: writers take turns, and each process polls for the commits of the others. Rejects with a StoreError.
 */
export async function openSqlite({ dataDir, wait, onFailure }: SqliteOptions): Promise<Database> {
  const closing = new AbortController();
  const watchers = createWatchers();
  const file = openFile(dataDir);
  const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file.database }) });
  const reader = createSqliteReader({
    location: file.location,
    wait,
    onFailure: (error) => onFailure(toReportedError(error), 'reading thread'),
  });
  const readerTables = new Kysely<Tables>({ dialect: reader.dialect });

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
        if (waits.made - madeBefore >= MAX_WAITS || !isTransient(error)) throw toStoreError(error);
      }
      await wait(BUSY_PAUSE_MS, closing.signal).catch(() => null);
      waits.made += 1;
    }
  };

  /** Shared by all writes: those in the queue wait for the same lock. */
  const writeWaits = { made: 0 };
  // BEGIN and COMMIT use `exec` because they can fail while another process writes. After such a failure the driver leaves a
  // prepared statement in progress, and then this connection could not commit any more.
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
          for (const [at, statement] of last.entries()) {
            await tables.executeQuery(statement);
            if (at % STATEMENTS_PER_TURN === STATEMENTS_PER_TURN - 1) await untilNextTurn();
          }
          file.database.exec('COMMIT');
          return { result, topics };
        } catch (error) {
          // After some errors, such as a full disk, SQLite has rolled back already.
          if (file.database.inTransaction) file.database.exec('ROLLBACK');
          throw error;
        }
      });
    const { result, topics } = await again(attempt, writeWaits, madeBefore);
    for (const topic of topics) watchers.notify(topic);
    return result;
  };

  // One write at a time, also while it waits for another process: a second one would only compete for the lock.
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
        onFailure(toReportedError(error), 'notifications');
      }
    }
  };

  try {
    // The journal mode is stored in the file. Only the first process changes it, while the others wait.
    await again(() => Promise.resolve(file.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')));
    await whileLocked(() => write(({ tables }) => migrate(tables, 'sqlite')));
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
  // `close` ends the loop: the wait rejects.
  const polling = poll().catch(() => null);

  return {
    readLimits: READ_LIMITS,
    read: (work) => again(() => work(readerTables)),
    readOwn: (work) => again(() => work(kysely)),
    write,
    subscribe: watchers.add,
    locks: null,
    limits: null,
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await Promise.all([polling, lastWrite, reader.close()]);
      await kysely.destroy();
    },
  };
}

interface OpenFile {
  readonly database: SqliteFile.Database;
  readonly location: SqliteLocation;
  /** Throws UNAVAILABLE if the file was moved or deleted: data written to it would be lost when this process ends. */
  assertInPlace(): void;
}

/** Repeats the work while another process holds the lock of the file. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const isLocked = error instanceof StoreError && error.driverCode?.startsWith('SQLITE_BUSY') === true;
      if (!isLocked || tries >= MAX_OPEN_TRIES) throw error;
    }
  }
}

function openFile(dataDir: string): OpenFile {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // The working directory of the process may change before the reader opens the file.
    const filePath = path.resolve(dataDir, SQLITE_FILE_NAME);
    closeSync(openSync(filePath, 'a', 0o600));
    chmodSync(filePath, 0o600);
    const { ino } = statSync(filePath);
    const database = new SqliteFile(filePath);
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return {
      database,
      location: { path: filePath, ino, busyTimeoutMs: BUSY_TIMEOUT_MS },
      assertInPlace() {
        if (statSync(filePath, { throwIfNoEntry: false })?.ino !== ino) throw new StoreError('UNAVAILABLE', 'MOVED');
      },
    };
  } catch (error) {
    throw toStoreError(error);
  }
}
