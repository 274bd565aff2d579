import { sql, type Kysely } from 'kysely';
import type { Dialect } from './database.ts';
import { SCHEMA_STEPS, type SchemaStep } from './schema-steps.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

/** The schema version of this program. */
export const SCHEMA_VERSION = SCHEMA_STEPS.length;

/** What the tables of a database say about themselves. */
export interface SchemaState {
  /** The version of the tables; 0 if there are none. */
  readonly version: number;
  /** The oldest version whose program can work on them. */
  readonly compatibleFrom: number;
}

/**
 * The table with the versions that a program must have at least. Programs up to version 4 read nothing else, so a step that only adds leaves
 * no row in it.
 */
export const FLOOR_TABLE = 'schema_version';
/** The table with every step. It is missing if only programs up to version 4 wrote the database. */
export const STEPS_TABLE = 'schema_steps';

/** Reads the state of the tables by a function that returns the `version` of the only row. */
export async function readSchemaState(
  readVersion: (statement: string) => Promise<number> | number,
  { hasSteps }: { readonly hasSteps: boolean },
): Promise<SchemaState> {
  const compatibleFrom = await readVersion(toMaxVersion(FLOOR_TABLE));
  const lastStep = hasSteps ? await readVersion(toMaxVersion(STEPS_TABLE)) : 0;
  return { version: Math.max(compatibleFrom, lastStep), compatibleFrom };
}

/** Throws TOO_NEW if a program with so many steps cannot work on the tables. */
export function checkCompatible({ compatibleFrom }: SchemaState, steps = SCHEMA_VERSION): void {
  if (compatibleFrom > steps) throw new StoreError('TOO_NEW');
}

/**
 * Migrates the tables to this program's version, inside the transaction `tables`. Tables of a later version stay as they are if it only
 * added to them. Rejects with TOO_NEW if it did more.
 */
export async function migrate(
  tables: Kysely<Tables>,
  dialect: Dialect,
  steps: readonly SchemaStep[] = SCHEMA_STEPS,
): Promise<void> {
  await sql.raw(`CREATE TABLE IF NOT EXISTS ${FLOOR_TABLE} (version BIGINT NOT NULL)`).execute(tables);
  await sql
    .raw(
      `CREATE TABLE IF NOT EXISTS ${STEPS_TABLE} (version BIGINT NOT NULL PRIMARY KEY, compatible_from BIGINT NOT NULL)`,
    )
    .execute(tables);
  const state = await readSchemaState((statement) => readVersion(tables, statement), { hasSteps: true });
  checkCompatible(state, steps.length);
  let { compatibleFrom } = state;
  for (const [at, step] of steps.entries()) {
    const version = at + 1;
    if (version <= state.version) continue;
    for (const action of step.actions) {
      if (typeof action === 'function') await action(tables);
      else {
        const statement = typeof action === 'string' ? action : action[dialect];
        await sql.raw(toDialect(statement, dialect)).execute(tables);
      }
    }
    await tables.insertInto('schema_steps').values({ version, compatible_from: step.compatibleFrom }).execute();
    if (step.compatibleFrom <= compatibleFrom) continue;
    compatibleFrom = step.compatibleFrom;
    await tables.insertInto('schema_version').values({ version: compatibleFrom }).execute();
  }
}

function toMaxVersion(table: string): string {
  return `SELECT COALESCE(MAX(version), 0) AS version FROM ${table}`;
}

async function readVersion(tables: Kysely<Tables>, statement: string): Promise<number> {
  const { rows } = await sql.raw<{ version: number }>(statement).execute(tables);
  return rows[0]?.version ?? 0;
}

/** SQLite compares text byte by byte. PostgreSQL does so only with the collation "C", and it has another name for bytes. */
function toDialect(statement: string, dialect: Dialect): string {
  if (dialect === 'sqlite') return statement;
  return statement.replaceAll(' TEXT', ' TEXT COLLATE "C"').replace(' WITHOUT ROWID', '').replace(' BLOB', ' BYTEA');
}
