import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import SqliteFile from 'libsql';
import { toStoreError } from './driver-error.ts';
import { checkCompatible, FLOOR_TABLE, readSchemaState, SCHEMA_VERSION, STEPS_TABLE } from './migrations.ts';
import { SQLITE_FILE_NAME } from './sqlite-file.ts';

/** What a look at the store found. */
export interface StoreProbe {
  /** Such as `PostgreSQL 18.4`. */
  readonly database: string;
  /** The version of its tables; 0 if there are none yet. */
  readonly version: number;
  /** The version that they have after a start; a later one stays. */
  readonly versionAfterStart: number;
}

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Looks whether the store can be opened: reaches it, reads the version of its tables, and tries out that this user may write. Changes
 * nothing. Rejects with StoreError.
 */
export async function probeStore(databaseUrl: string | null, dataDir: string): Promise<StoreProbe> {
  try {
    const found = await (databaseUrl === null ? probeSqlite(dataDir) : probePostgres(databaseUrl));
    return { ...found, versionAfterStart: Math.max(found.version, SCHEMA_VERSION) };
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Returns the version of the tables. Rejects with TOO_NEW if this program cannot work on them. */
async function readCompatible(
  readVersion: (statement: string) => Promise<number> | number,
  hasSteps: boolean,
): Promise<number> {
  const state = await readSchemaState(readVersion, { hasSteps });
  checkCompatible(state);
  return state.version;
}

type Found = Omit<StoreProbe, 'versionAfterStart'>;

async function probeSqlite(dataDir: string): Promise<Found> {
  const file = path.resolve(dataDir, SQLITE_FILE_NAME);
  if (!existsSync(file)) {
    accessSync(findExisting(path.dirname(file)), constants.W_OK | constants.X_OK);
    return { database: 'SQLite', version: 0 };
  }
  const database = new SqliteFile(file);
  try {
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec('BEGIN IMMEDIATE');
    const has = (table: string): boolean =>
      database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').all([table]).length > 0;
    const readVersion = (statement: string): number =>
      (database.prepare(statement).all() as { version: number }[])[0]?.version ?? 0;
    const version = has(FLOOR_TABLE) ? await readCompatible(readVersion, has(STEPS_TABLE)) : 0;
    database.exec('ROLLBACK');
    return { database: 'SQLite', version };
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
    const { rows } = await client.query<{ server: string; floor: string | null; steps: string | null }>(
      "SELECT current_setting('server_version') AS server, to_regclass($1)::text AS floor, to_regclass($2)::text AS steps",
      [FLOOR_TABLE, STEPS_TABLE],
    );
    const [{ server, floor, steps } = { server: '', floor: null, steps: null }] = rows;
    const database = `PostgreSQL ${server.split(' ', 1)[0] ?? ''}`;
    if (floor === null) {
      await client.query('BEGIN');
      await client.query(`CREATE TABLE ${FLOOR_TABLE} (version BIGINT NOT NULL)`);
      await client.query('ROLLBACK');
      return { database, version: 0 };
    }
    const readVersion = async (statement: string): Promise<number> =>
      Number((await client.query<{ version: string }>(statement)).rows[0]?.version ?? 0);
    return { database, version: await readCompatible(readVersion, steps !== null) };
  } finally {
    await client.end().catch(() => null);
  }
}
