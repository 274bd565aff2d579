import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import SqliteFile from 'libsql';
import { toStoreError } from './driver-error.ts';
import { READ_VERSION, SCHEMA_VERSION } from './migrations.ts';
import { SQLITE_FILE_NAME } from './sqlite.ts';
import { StoreError } from './store-error.ts';

/** What a look at the store found. */
export interface StoreProbe {
  /** Such as `PostgreSQL 18.4`. */
  readonly database: string;
  /** The version of its tables; 0 if there are none yet. */
  readonly version: number;
  /** The version that they have after a start. */
  readonly versionAfterStart: number;
}

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Looks whether the store can be opened: reaches it, reads the version of its tables, and tries out that this user may write. Changes
 * nothing. Rejects with StoreError.
 */
export async function probeStore(databaseUrl: string | null, dataDir: string): Promise<StoreProbe> {
  try {
    const found = databaseUrl === null ? probeSqlite(dataDir) : await probePostgres(databaseUrl);
    if (found.version > SCHEMA_VERSION) throw new StoreError('TOO_NEW');
    return { ...found, versionAfterStart: SCHEMA_VERSION };
  } catch (error) {
    throw toStoreError(error);
  }
}

type Found = Omit<StoreProbe, 'versionAfterStart'>;

function probeSqlite(dataDir: string): Found {
  const file = path.resolve(dataDir, SQLITE_FILE_NAME);
  if (!existsSync(file)) {
    accessSync(findExisting(path.dirname(file)), constants.W_OK | constants.X_OK);
    return { database: 'SQLite', version: 0 };
  }
  const database = new SqliteFile(file);
  try {
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec('BEGIN IMMEDIATE');
    const tables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").all();
    const [row] = tables.length === 0 ? [] : (database.prepare(READ_VERSION).all() as { version: number }[]);
    database.exec('ROLLBACK');
    return { database: 'SQLite', version: row?.version ?? 0 };
  } finally {
    database.close();
  }
}

/** The folder itself, or the nearest one above it that is there: a start creates those between. */
function findExisting(folder: string): string {
  return existsSync(folder) ? folder : findExisting(path.dirname(folder));
}

async function probePostgres(databaseUrl: string): Promise<Found> {
  // Imported only if needed: the driver costs memory and start-up time.
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    application_name: 'device-reports',
  });
  // A connection that breaks fails the statement. Without a listener, it would end the process.
  client.on('error', () => null);
  try {
    await client.connect();
    const { rows } = await client.query<{ server: string; tables: string | null }>(
      "SELECT current_setting('server_version') AS server, to_regclass('schema_version')::text AS tables",
    );
    const [{ server, tables } = { server: '', tables: null }] = rows;
    const database = `PostgreSQL ${server.split(' ', 1)[0] ?? ''}`;
    if (tables === null) {
      await client.query('BEGIN');
      await client.query('CREATE TABLE schema_version (version BIGINT NOT NULL)');
      await client.query('ROLLBACK');
      return { database, version: 0 };
    }
    const counted = await client.query<{ version: string }>(READ_VERSION);
    return { database, version: Number(counted.rows[0]?.version ?? 0) };
  } finally {
    await client.end().catch(() => null);
  }
}
