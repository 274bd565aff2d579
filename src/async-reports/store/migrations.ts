import { sql, type Kysely } from 'kysely';
import { cutStoredErrors } from './cut-stored-errors.ts';
import type { Dialect } from './database.ts';
import { StoreError } from './store-error.ts';
import type { Tables } from './tables.ts';

/** A statement, or work that SQL cannot do. */
type Action = string | ((tables: Kysely<Tables>) => Promise<void>);

/** What leads to each schema version. Never edit a released step; add a new one. */
const STEPS: readonly (readonly Action[])[] = [
  [
    `CREATE TABLE requests (
      txid TEXT NOT NULL PRIMARY KEY,
      stage TEXT NOT NULL,
      account_number TEXT NOT NULL,
      input_json TEXT NOT NULL,
      expected_devices BIGINT,
      sole_device TEXT,
      requested_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      changed_at BIGINT NOT NULL,
      whole_at BIGINT,
      quiet_at BIGINT,
      usage_rows BIGINT NOT NULL,
      failed_devices BIGINT NOT NULL,
      nameless_errors BIGINT NOT NULL,
      missing_devices BIGINT NOT NULL,
      revision BIGINT NOT NULL,
      last_seq BIGINT NOT NULL
    )`,
    'CREATE INDEX requests_of_account ON requests (account_number, requested_at, txid)',
    'CREATE INDEX requests_by_age ON requests (stage, requested_at)',
    `CREATE TABLE device_rows (
      txid TEXT NOT NULL,
      device TEXT NOT NULL,
      expected SMALLINT NOT NULL,
      outcome SMALLINT NOT NULL,
      previous_outcome SMALLINT NOT NULL,
      seq BIGINT NOT NULL,
      sessions BIGINT,
      bytes BIGINT,
      error_json TEXT,
      received_at BIGINT,
      PRIMARY KEY (txid, device)
    ) WITHOUT ROWID`,
    'CREATE INDEX device_rows_by_arrival ON device_rows (txid, outcome, seq, device)',
    `CREATE TABLE claims (
      account_number TEXT NOT NULL,
      key_digest TEXT NOT NULL,
      input_digest TEXT NOT NULL,
      token TEXT NOT NULL,
      claimed_at BIGINT NOT NULL,
      lease_ends_at BIGINT NOT NULL,
      txid TEXT,
      PRIMARY KEY (account_number, key_digest)
    )`,
    'CREATE INDEX claims_by_age ON claims (claimed_at)',
    `CREATE TABLE aside_bodies (
      id BIGINT NOT NULL PRIMARY KEY,
      reason TEXT NOT NULL,
      body TEXT NOT NULL,
      received_at BIGINT NOT NULL
    )`,
    'CREATE TABLE tallies (name TEXT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL)',
    'CREATE TABLE notes (key TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL)',
  ],
  ["ALTER TABLE requests ADD COLUMN owner TEXT NOT NULL DEFAULT ''"],
  [
    cutStoredErrors,
    'ALTER TABLE requests ADD COLUMN unknown_bytes BIGINT NOT NULL DEFAULT 0',
    `UPDATE requests SET unknown_bytes = 500 + COALESCE(
      (SELECT SUM(200 + COALESCE(LENGTH(error_json), 0)) FROM device_rows WHERE device_rows.txid = requests.txid), 0
    ) WHERE stage = 'unknown'`,
    // The stage is in the index so that SQLite prefers it to `requests_by_age`, which does not have the bytes.
    "CREATE INDEX unknown_requests ON requests (stage, unknown_bytes) WHERE stage = 'unknown'",
  ],
  [
    'ALTER TABLE aside_bodies ADD COLUMN raw BLOB',
    'ALTER TABLE aside_bodies ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0',
    'UPDATE aside_bodies SET bytes = LENGTH(body)',
    'CREATE INDEX aside_bodies_by_size ON aside_bodies (id, bytes)',
    'ALTER TABLE requests ADD COLUMN filtered SMALLINT NOT NULL DEFAULT 0',
    'ALTER TABLE requests ADD COLUMN unexpected_devices BIGINT NOT NULL DEFAULT 0',
    `UPDATE device_rows SET outcome = 3 WHERE outcome = 1 AND expected = 0 AND txid IN
      (SELECT txid FROM requests WHERE stage = 'known' AND expected_devices IS NOT NULL)`,
    `UPDATE requests SET unexpected_devices =
      (SELECT COUNT(*) FROM device_rows WHERE device_rows.txid = requests.txid AND outcome = 3)
      WHERE stage = 'known' AND expected_devices IS NOT NULL`,
    'UPDATE requests SET usage_rows = usage_rows - unexpected_devices WHERE unexpected_devices > 0',
    // Errors of devices that were not requested count as those that name no device.
    `UPDATE requests SET failed_devices =
      (SELECT COUNT(*) FROM device_rows WHERE device_rows.txid = requests.txid AND outcome = 2 AND expected = 1),
      nameless_errors = nameless_errors + failed_devices -
      (SELECT COUNT(*) FROM device_rows WHERE device_rows.txid = requests.txid AND outcome = 2 AND expected = 1)
      WHERE stage = 'known' AND expected_devices IS NOT NULL AND failed_devices > 0`,
  ],
];

/** The version of the tables of this program. */
export const SCHEMA_VERSION = STEPS.length;
/** Reads the version of the tables, if there are any. */
export const READ_VERSION = 'SELECT COALESCE(MAX(version), 0) AS version FROM schema_version';

/** Migrates the tables to this program's version, inside the transaction `tables`. Rejects with TOO_NEW if a later version wrote them. */
export async function migrate(tables: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)`.execute(tables);
  const { version } = await tables
    .selectFrom('schema_version')
    .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('version'))
    .executeTakeFirstOrThrow();
  if (version > SCHEMA_VERSION) throw new StoreError('TOO_NEW');
  for (const [at, actions] of STEPS.entries()) {
    if (at < version) continue;
    for (const action of actions) {
      if (typeof action === 'string') await sql.raw(toDialect(action, dialect)).execute(tables);
      else await action(tables);
    }
    await tables
      .insertInto('schema_version')
      .values({ version: at + 1 })
      .execute();
  }
}

/** SQLite compares text byte by byte. PostgreSQL does so only with the collation "C", and it has another name for bytes. */
function toDialect(statement: string, dialect: Dialect): string {
  if (dialect === 'sqlite') return statement;
  return statement.replaceAll(' TEXT', ' TEXT COLLATE "C"').replace(' WITHOUT ROWID', '').replace(' BLOB', ' BYTEA');
}
