import { sql } from 'kysely';
import { toErrorJson } from '../../domain/reported-twice.ts';
import { isNameless, type Arrival } from '../messages.ts';
import type { RowsChange } from '../progress.ts';
import { nextTurn, type Transaction } from './database.ts';
import { toChunks, OUTCOME, type DeviceRow } from './tables.ts';

/** The report that rows are written to, and its highest sequence number so far. */
export interface RowsTarget {
  readonly txid: string;
  readonly last_seq: number;
}

/** The change of a report, and the number of changed rows; 0 if every arrival was stored before. */
export interface UpsertedRows extends RowsChange {
  readonly changedRows: number;
}

/**
 * Upserts one row per arrival. Anything replaces a missing device, usage replaces an error, and two usages or two errors are merged.
 * Each device may occur only once in `arrivals`.
 */
export async function upsertArrivals(
  transaction: Transaction,
  { txid, last_seq }: RowsTarget,
  arrivals: readonly Arrival[],
): Promise<UpsertedRows> {
  const rows = arrivals.map((arrival, at) => toDeviceRow(txid, last_seq + 1 + at, arrival));
  const changed: ChangedRow[] = [];
  for (const chunk of toChunks(rows)) {
    changed.push(...(await upsert(transaction, chunk)));
    if (rows.length > chunk.length) await nextTurn();
  }
  const count = (matches: (row: ChangedRow) => boolean): number => changed.filter(matches).length;
  return {
    changedRows: changed.length,
    usageRows: count(({ outcome, previous_outcome }) => outcome === OUTCOME.usage && previous_outcome !== outcome),
    failedDevices:
      count(({ outcome, device }) => outcome === OUTCOME.error && !isNameless(device)) -
      count(({ previous_outcome }) => previous_outcome === OUTCOME.error),
    namelessErrors: count(({ device }) => isNameless(device)),
    accountedDevices: count(({ expected, previous_outcome }) => expected === 1 && previous_outcome === OUTCOME.missing),
    atMs: changed.reduce((latest, { received_at }) => Math.max(latest, received_at ?? 0), 0),
  };
}

/** Stores which devices a report is about. A device that has arrived already keeps its result. */
export async function expectDevices({ tables }: Transaction, txid: string, devices: readonly string[]): Promise<void> {
  const rows = devices.map((device) => ({
    txid,
    device,
    expected: 1,
    outcome: OUTCOME.missing,
    previous_outcome: OUTCOME.missing,
    seq: 0,
  }));
  for (const chunk of toChunks(rows)) {
    await tables
      .insertInto('device_rows')
      .values(chunk)
      .onConflict((conflict) => conflict.columns(['txid', 'device']).doUpdateSet({ expected: 1 }))
      .execute();
  }
}

type ChangedRow = Pick<DeviceRow, 'device' | 'expected' | 'outcome' | 'previous_outcome' | 'received_at'>;

function upsert({ tables }: Transaction, rows: readonly DeviceRow[]): Promise<ChangedRow[]> {
  return tables
    .insertInto('device_rows')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['txid', 'device'])
        .doUpdateSet({
          outcome: sql<number>`excluded.outcome`,
          previous_outcome: sql<number>`device_rows.outcome`,
          // Merging does not move a row, so that no page passes over it or has it twice.
          seq: sql<number>`CASE WHEN device_rows.outcome = excluded.outcome THEN device_rows.seq ELSE excluded.seq END`,
          sessions: toLarger('sessions'),
          bytes: toLarger('bytes'),
          error_json: sql<string | null>`excluded.error_json`,
          received_at: sql<number>`excluded.received_at`,
        })
        .where(IS_CHANGE),
    )
    .returning(['device', 'expected', 'outcome', 'previous_outcome', 'received_at'])
    .execute();
}

/** The rules of `reported-twice.ts`. A comparison with null is never true, and an error has no values. */
const IS_CHANGE = sql<boolean>`CASE
  WHEN device_rows.outcome = excluded.outcome AND excluded.outcome = ${sql.lit(OUTCOME.error)} THEN
    LENGTH(excluded.error_json) > LENGTH(device_rows.error_json)
    OR (LENGTH(excluded.error_json) = LENGTH(device_rows.error_json) AND excluded.error_json < device_rows.error_json)
  WHEN device_rows.outcome = excluded.outcome THEN
    excluded.sessions > COALESCE(device_rows.sessions, -1) OR excluded.bytes > COALESCE(device_rows.bytes, -1)
  ELSE device_rows.outcome <> ${sql.lit(OUTCOME.usage)}
END`;

function toLarger(column: 'sessions' | 'bytes') {
  const [before, after] = [sql.ref(`device_rows.${column}`), sql.ref(`excluded.${column}`)];
  return sql<number | null>`CASE WHEN ${before} > COALESCE(${after}, -1) THEN ${before} ELSE ${after} END`;
}

function toDeviceRow(txid: string, seq: number, { device, message }: Arrival): DeviceRow {
  return {
    txid,
    device,
    expected: 0,
    outcome: message.kind === 'usage' ? OUTCOME.usage : OUTCOME.error,
    previous_outcome: OUTCOME.missing,
    seq,
    sessions: message.kind === 'usage' ? message.numberOfSessions : null,
    bytes: message.kind === 'usage' ? message.bytesTransferred : null,
    error_json: message.kind === 'error' ? toErrorJson(message) : null,
    received_at: message.receivedAtMs,
  };
}
