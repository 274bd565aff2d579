import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Database, DatabaseOptions, Transaction } from './database.ts';
import { isTransient, toStoreError } from './driver-error.ts';
import { LIMIT_TABLES } from './limit-statements.ts';
import { migrate } from './migrations.ts';
import { createWatchers } from './notifications.ts';
import { startPostgresListener } from './postgres-listener.ts';
import { createPostgresLimits } from './postgres-limits.ts';
import { createPostgresLocks } from './postgres-locks.ts';
import { createPool, MAX_CONNECTIONS, READ_LIMITS, toConnection, toPoolUse } from './postgres-pool.ts';
import { transact } from './postgres-transaction.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

const MAX_ATTEMPTS = 5;
/** An arbitrary number, the same in every version of this program. */
const MIGRATION_LOCK = 7_264_035_118;
const COMMIT_DURABLY =
  "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

const READS = {
  statement_timeout: 10_000,
  query_timeout: 15_000,
  max: MAX_CONNECTIONS.reads,
};

export interface PostgresOptions extends DatabaseOptions {
  readonly databaseUrl: string;
}

/** Opens the database and migrates its tables, one process at a time. Rejects with a StoreError. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { databaseUrl, wait, onFailure, schemaSteps } = options;
  const connection = toConnection(databaseUrl);
  const pool = createPool({
    ...connection,
    max: MAX_CONNECTIONS.writes,
    // The platform never sends a message again after a 200, so a commit must be on disk before it is acknowledged.
    verify: (client, done) => client.query(COMMIT_DURABLY, (error: Error | null) => done(error ?? undefined)),
  });
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const readPool = createPool({ ...connection, ...READS });
  const reader = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: readPool }) });
  const watchers = createWatchers();
  let isClosed = false;

  const assertOpen = (): void => {
    if (isClosed) throw new StoreError('CLOSED');
  };
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      assertOpen();
      try {
        return await work();
      } catch (error) {
        assertOpen();
        if (attempt === MAX_ATTEMPTS || !isTransient(error)) throw toStoreError(error);
      }
    }
  };

  const write = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => again(() => transact(kysely, work));

  try {
    await write(async ({ tables }) => {
      await sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK}::bigint)`.execute(tables);
      await migrate(tables, 'postgres', schemaSteps);
      for (const table of LIMIT_TABLES) await sql.raw(table).execute(tables);
    });
  } catch (error) {
    await Promise.all([kysely.destroy(), reader.destroy()]);
    throw error;
  }
  const listener = startPostgresListener({ connection, watchers, wait, onFailure });
  const locks = createPostgresLocks(connection);
  const limits = createPostgresLimits({ connection, subscribe: watchers.add });

  return {
    dialect: 'postgres',
    readLimits: READ_LIMITS,
    pools: () => [toPoolUse('writes', pool), toPoolUse('reads', readPool)],
    read: (work) => again(() => work(reader)),
    readOwn: (work) => again(() => work(kysely)),
    write,
    whileErasing: (work) => work(),
    subscribe: watchers.add,
    locks,
    limits,
    async close() {
      if (isClosed) return;
      isClosed = true;
      await listener.close();
      await Promise.all([locks.close(), limits.close(), kysely.destroy(), reader.destroy()]);
    },
  };
}
