import { untilNextTurn } from '../../turns/next-turn.ts';
import { Kysely, SqliteDialect, sql, type Compilable } from 'kysely';
import type { Database, DatabaseOptions, Transaction } from './database.ts';
import { isTransient, toStoreError, toReportedError } from './driver-error.ts';
import { migrate } from './migrations.ts';
import { createWatchers } from './notifications.ts';
import { openFile } from './sqlite-file.ts';
import { createSqliteReader } from './sqlite-reader.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

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
export async function openSqlite({ dataDir, wait, onFailure, schemaSteps }: SqliteOptions): Promise<Database> {
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
            send: async <Row>(statement: Compilable<Row>) => (await tables.executeQuery(statement)).rows,
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
    await whileLocked(() => write(({ tables }) => migrate(tables, 'sqlite', schemaSteps)));
  } catch (error) {
    await kysely.destroy();
    throw error;
  }
  // `close` ends the loop: the wait rejects.
  const polling = poll().catch(() => null);

  return {
    dialect: 'sqlite',
    readLimits: READ_LIMITS,
    pools: () => [],
    read: (work) => again(() => work(readerTables)),
    readOwn: (work) => again(() => work(kysely)),
    write,
    async whileErasing(work) {
      file.database.exec('PRAGMA secure_delete = ON');
      const result = await work().finally(() => file.database.exec('PRAGMA secure_delete = FAST'));
      // What was deleted is still in the log of changes until that is emptied, which needs a moment without readers.
      for (let tries = 1; !file.emptyLog() && tries < MAX_WAITS; tries += 1) await wait(BUSY_PAUSE_MS, closing.signal);
      return result;
    },
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
