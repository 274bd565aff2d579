import type { Kysely } from 'kysely';
import { cutStoredErrors } from './cut-stored-errors.ts';
import { FLEET_ACTIONS } from './fleet-schema.ts';
import { CAPPED_DAYS_STEP, RECORD_STEP } from './record-tables.ts';
import type { Tables } from './tables.ts';

/** What leads from one schema version to the next. */
export interface SchemaStep {
  /**
   * The oldest version whose program can work on the tables after this step. If the step only adds what earlier programs need not know,
   * it is that of the step before, so that they keep running and can start again; otherwise it is the step's own version.
   */
  readonly compatibleFrom: number;
  readonly actions: readonly SchemaAction[];
}

/** A statement, the same one for each database or another, or work that SQL cannot do. */
export type SchemaAction =
  string | { readonly sqlite: string; readonly postgres: string } | ((tables: Kysely<Tables>) => Promise<void>);

/**
 * The steps to each schema version, from 1 on. Never edit a released step; add a new one. Prefer steps that only add: a new table, a
 * new index, or a column that may be null or has a default. PostgreSQL lets nobody write to a table while it creates an index on it.
 */
export const SCHEMA_STEPS: readonly SchemaStep[] = [
  {
    compatibleFrom: 1,
    actions: [
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
  },
  {
    compatibleFrom: 2,
    actions: ["ALTER TABLE requests ADD COLUMN owner TEXT NOT NULL DEFAULT ''"],
  },
  {
    compatibleFrom: 3,
    actions: [
      cutStoredErrors,
      'ALTER TABLE requests ADD COLUMN unknown_bytes BIGINT NOT NULL DEFAULT 0',
      `UPDATE requests SET unknown_bytes = 500 + COALESCE(
        (SELECT SUM(200 + COALESCE(LENGTH(error_json), 0)) FROM device_rows WHERE device_rows.txid = requests.txid), 0
      ) WHERE stage = 'unknown'`,
      // The stage is in the index so that SQLite prefers it to `requests_by_age`, which does not have the bytes.
      "CREATE INDEX unknown_requests ON requests (stage, unknown_bytes) WHERE stage = 'unknown'",
    ],
  },
  {
    compatibleFrom: 4,
    actions: [
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
  },
  {
    compatibleFrom: 4,
    // Not counted for the reports that are stored, so that none of them goes back from RECEIVING to QUEUED.
    actions: ['ALTER TABLE requests ADD COLUMN unexpected_errors BIGINT NOT NULL DEFAULT 0'],
  },
  {
    compatibleFrom: 4,
    actions: FLEET_ACTIONS,
  },
  { compatibleFrom: 4, actions: RECORD_STEP },
  {
    compatibleFrom: 4,
    actions: ['CREATE INDEX fleet_reports_of_account ON fleet_reports (account_number, owner, requested_at)'],
  },
  { compatibleFrom: 4, actions: CAPPED_DAYS_STEP },
];
