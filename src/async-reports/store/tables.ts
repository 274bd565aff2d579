import type { DeviceListRow, FleetPartRow, FleetReportRow } from './fleet-tables.ts';

/** The outcome of a device: requested but not arrived, usage, error, or usage of a device that was not requested. */
export const OUTCOME = { missing: 0, usage: 1, error: 2, unexpected: 3 } as const;

/**
 * unknown: messages for the transaction arrived, but no report has its txid yet.
 * known: a report.
 * forgotten: expired; its rows are being removed.
 */
export type ReportStage = 'unknown' | 'known' | 'forgotten';

/** A transaction. Times are epoch milliseconds. */
export interface ReportRow {
  txid: string;
  stage: ReportStage;
  /** Empty in the stage `unknown`, as are `owner` and `input_json`. */
  account_number: string;
  /** The principal that the report belongs to; empty if everyone with access to the account may see it. */
  owner: string;
  input_json: string;
  expected_devices: number | null;
  /** Earlier versions wrote the device here, if exactly one was requested. */
  sole_device: string | null;
  requested_at: number;
  expires_at: number;
  changed_at: number;
  whole_at: number | null;
  quiet_at: number | null;
  usage_rows: number;
  failed_devices: number;
  nameless_errors: number;
  missing_devices: number;
  /** Devices with usage that were not requested. */
  unexpected_devices: number;
  unexpected_errors: number;
  /** 1 if filters can remove requested devices, else 0. */
  filtered: number;
  revision: number;
  /** The highest sequence number of its device rows. */
  last_seq: number;
  /** Approximate bytes that it and its messages took while its stage was `unknown`. Counts only in that stage. */
  unknown_bytes: number;
}

/** A transaction without its input, which names up to 10,000 devices and is not needed to change the rest. */
export type LockedReport = Omit<ReportRow, 'input_json'>;

/** One device of a transaction. `device` is its IMEI; for an error without an IMEI it is '-' and a digest of the error. */
export interface DeviceRow {
  txid: string;
  device: string;
  /** 1 if the device was requested, else 0. */
  expected: number;
  outcome: number;
  /** The outcome before the last change. */
  previous_outcome: number;
  /** The sequence number in the order of arrival; 0 for a missing device. */
  seq: number;
  sessions: number | null;
  bytes: number | null;
  error_json: string | null;
  received_at: number | null;
}

/** A lease of an idempotency key. Keys and inputs are SHA-256 digests. */
export interface IdempotencyKeyRow {
  account_number: string;
  key_digest: string;
  input_digest: string;
  token: string;
  claimed_at: number;
  lease_ends_at: number;
  txid: string | null;
}

export interface DeadLetterRow {
  id: number;
  reason: string;
  /** Empty if the body is in `raw`. */
  body: string;
  /** The bytes of a body that is not valid UTF-8 or contains NUL; else null. */
  raw: Uint8Array | null;
  /** The number of its bytes. */
  bytes: number;
  received_at: number;
}

/** The names of the durable counters in `tallies`. */
export type CounterName = 'unreadable bodies' | 'unknown messages' | 'errors left out';

/** A day of an account whose usage is recorded. `day` is the number of days from 1970-01-01. */
export interface RecordedDayRow {
  account_number: string;
  day: number;
  /** The time zone of the day: an IANA name in capitals. */
  zone: string;
  recorded_at: number;
  devices: number;
  missing_devices: number;
  /** 1 if the answer for the whole account may have been cut off, else 0. */
  may_be_capped: number;
  /** 1 if its usage is that of a week or more after it was settled, else 0. */
  revised: number;
}

/** The usage of a device on a day. It counts only if the day is in `recorded_days`. */
export interface RecordedUsageRow {
  account_number: string;
  /** The calendar month of the day, as `toMonth` numbers it. */
  month: number;
  imei: string;
  day: number;
  sessions: number | null;
  bytes: number | null;
}

/** A day that is being recorded. */
export interface DayRequestRow {
  account_number: string;
  day: number;
  zone: string;
  /** 0: the whole account; from 1 on, lists of devices that were missing. */
  part: number;
  /** The last device that a list asked for; empty before the first list. */
  after_imei: string;
  /** The report that is awaited; null if the part has not been requested. */
  txid: string | null;
  /** How often the day was begun. */
  attempts: number;
  /** When the part may be requested. */
  retry_at: number;
  /** Devices with an error that had no usage on the day that this one is compared with. */
  failed_devices: number;
  /** Devices in the answer for the whole account; 0 before it has arrived. */
  whole_devices: number;
}

/** The tables; migrations.ts creates them. */
export interface Tables {
  recorded_days: RecordedDayRow;
  recorded_usage: RecordedUsageRow;
  record_requests: DayRequestRow;
  requests: ReportRow;
  device_rows: DeviceRow;
  claims: IdempotencyKeyRow;
  aside_bodies: DeadLetterRow;
  tallies: { name: CounterName; amount: number };
  notes: { key: string; json: string };
  device_lists: DeviceListRow;
  fleet_reports: FleetReportRow;
  fleet_parts: FleetPartRow;
  /** The versions that a program must have at least to work on these tables. */
  schema_version: { version: number };
  /** Every step that was taken, with the oldest version whose program can work on the tables after it. */
  schema_steps: { version: number; compatible_from: number };
}

/** SQLite allows 32,766 parameters per statement, and longer statements are not faster. */
const MAX_ROWS_PER_STATEMENT = 500;

/** Splits rows, in order, into chunks that fit one statement. */
export function* toChunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += MAX_ROWS_PER_STATEMENT) {
    yield rows.slice(at, at + MAX_ROWS_PER_STATEMENT);
  }
}
