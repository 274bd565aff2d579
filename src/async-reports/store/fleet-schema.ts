// A file of its own: the list of steps would be too long.

/** Creates the tables of fleet reports. Never edit it once it is released; add a step. */
export const FLEET_ACTIONS: readonly string[] = [
  `CREATE TABLE device_lists (
    id TEXT NOT NULL PRIMARY KEY,
    account_number TEXT NOT NULL,
    owner TEXT NOT NULL,
    principal TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    upload TEXT,
    devices BIGINT NOT NULL
  )`,
  `CREATE TABLE fleet_reports (
    id TEXT NOT NULL PRIMARY KEY,
    account_number TEXT NOT NULL,
    owner TEXT NOT NULL,
    principal TEXT NOT NULL,
    upload TEXT NOT NULL,
    input_json TEXT NOT NULL,
    parts_per_minute BIGINT NOT NULL,
    requested_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    is_open SMALLINT NOT NULL,
    revision BIGINT NOT NULL
  )`,
  'CREATE INDEX fleet_reports_by_age ON fleet_reports (is_open, requested_at)',
  `CREATE TABLE fleet_parts (
    upload TEXT NOT NULL,
    part BIGINT NOT NULL,
    round BIGINT NOT NULL,
    devices BIGINT NOT NULL,
    first_imei TEXT NOT NULL,
    imeis TEXT NOT NULL,
    stage TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    began_at BIGINT,
    txid TEXT,
    uncertain_json TEXT NOT NULL,
    failure_json TEXT,
    totals_json TEXT,
    totals_revision BIGINT NOT NULL,
    merged_revision BIGINT NOT NULL,
    PRIMARY KEY (upload, part)
  )`,
];
