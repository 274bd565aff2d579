const USAGE_COLUMNS = `
  account_number TEXT NOT NULL,
  month BIGINT NOT NULL,
  imei TEXT NOT NULL,
  day BIGINT NOT NULL,
  sessions BIGINT,
  bytes BIGINT`;

/**
 * Creates the tables of recorded days. In PostgreSQL, usage is in a partition for each month, which is created when it is needed. SQLite has
 * no partitions, so there the month is in the key, and the rows of a month are together.
 */
export const RECORD_STEP = [
  `CREATE TABLE recorded_days (
    account_number TEXT NOT NULL,
    day BIGINT NOT NULL,
    zone TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    devices BIGINT NOT NULL,
    missing_devices BIGINT NOT NULL,
    revised SMALLINT NOT NULL,
    PRIMARY KEY (account_number, day)
  )`,
  {
    sqlite: `CREATE TABLE recorded_usage (${USAGE_COLUMNS},
      PRIMARY KEY (account_number, month, imei, day)
    ) WITHOUT ROWID`,
    postgres: `CREATE TABLE recorded_usage (${USAGE_COLUMNS},
      PRIMARY KEY (account_number, imei, day)
    ) PARTITION BY RANGE (day)`,
  },
  `CREATE TABLE record_requests (
    account_number TEXT NOT NULL,
    day BIGINT NOT NULL,
    zone TEXT NOT NULL,
    part BIGINT NOT NULL,
    after_imei TEXT NOT NULL,
    txid TEXT,
    attempts BIGINT NOT NULL,
    retry_at BIGINT NOT NULL,
    failed_devices BIGINT NOT NULL,
    PRIMARY KEY (account_number, day)
  )`,
] as const;

/** Adds whether the answer for a whole account may have been cut off. Days that an earlier version recorded count as complete, as they did. */
export const CAPPED_DAYS_STEP = [
  'ALTER TABLE recorded_days ADD COLUMN may_be_capped SMALLINT NOT NULL DEFAULT 0',
  'ALTER TABLE record_requests ADD COLUMN whole_devices BIGINT NOT NULL DEFAULT 0',
] as const;

/** The columns of the views for other programs. They stay as they are: whatever reads them keeps working. */
const VIEW_COLUMNS = {
  sqlite: `u.account_number, u.imei, date(u.day * 86400, 'unixepoch') AS day, d.zone AS time_zone, u.sessions, u.bytes,
    strftime('%Y-%m-%dT%H:%M:%fZ', d.recorded_at / 1000.0, 'unixepoch') AS recorded_at, d.revised`,
  postgres: `u.account_number, u.imei, DATE '1970-01-01' + u.day::int AS day, d.zone AS time_zone, u.sessions, u.bytes,
    to_timestamp(d.recorded_at / 1000.0) AS recorded_at, d.revised = 1 AS revised`,
};

const VIEW_SOURCE =
  'FROM recorded_usage u JOIN recorded_days d ON d.account_number = u.account_number AND d.day = u.day';

/** Creates the views for other programs. They show recorded days only. */
export const RECORD_VIEWS = {
  sqlite: [`CREATE VIEW IF NOT EXISTS reports_v1_daily_usage AS SELECT ${VIEW_COLUMNS.sqlite} ${VIEW_SOURCE}`],
  postgres: [
    'CREATE SCHEMA IF NOT EXISTS reports_v1',
    `CREATE OR REPLACE VIEW reports_v1.daily_usage AS SELECT ${VIEW_COLUMNS.postgres} ${VIEW_SOURCE}`,
  ],
} as const;
