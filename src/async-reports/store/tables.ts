/** What a device's row says: asked for and not come yet, its usage, or its error. */
export const OUTCOME = { missing: 0, usage: 1, error: 2 } as const;

/**
 * unknown: messages named the transaction, and no request has yet. known: a request. forgotten: swept, and its rows are on the
 * way out.
 */
export type RequestStage = 'unknown' | 'known' | 'forgotten';

/** Every time is epoch milliseconds. */
export interface ReportRow {
  txid: string;
  stage: RequestStage;
  /** Empty while the stage is unknown, as is the input. */
  account_number: string;
  /** Whose it is among those who may see the account; empty for all of them. */
  owner: string;
  input_json: string;
  expected_devices: number | null;
  /** The device, where exactly one was asked for: an error that names none is then its. */
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
  revision: number;
  /** The highest arrival number given to a device's row. */
  last_seq: number;
}

/** One device of a request; a device is named by its IMEI, an error that names none by '-' and a digest of what it says. */
export interface DeviceRow {
  txid: string;
  device: string;
  /** 1 where the request asked for the device, else 0. */
  expected: number;
  outcome: number;
  /** What the outcome was before the last change. */
  previous_outcome: number;
  /** The row's place in the order of arrival; 0 for a missing device. */
  seq: number;
  sessions: number | null;
  bytes: number | null;
  error_json: string | null;
  received_at: number | null;
}

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
  body: string;
  received_at: number;
}

export type CounterName = 'unreadable bodies' | 'unknown messages' | 'dropped unknown messages';

export interface Tables {
  requests: ReportRow;
  device_rows: DeviceRow;
  claims: IdempotencyKeyRow;
  aside_bodies: DeadLetterRow;
  tallies: { name: CounterName; amount: number };
  notes: { key: string; json: string };
  schema_version: { version: number };
}

/** Rows a statement: SQLite takes 32,766 parameters, and a longer statement is no faster. */
const MAX_ROWS = 500;

/** The rows in their order, in parts that fit one statement. */
export function* toChunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += MAX_ROWS) yield rows.slice(at, at + MAX_ROWS);
}
