import { sql } from 'kysely';
import { isNameless, toErrorJson, type Arrival } from '../messages.ts';
import type { RowsChange } from '../progress.ts';
import type { Transaction } from './database.ts';
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
 * Upserts one row per arrival. Anything replaces a missing device, and usage replaces an error; other rows stay as they are.
 * Each device may occur only once in `arrivals`.
 */
export async function upsertArrivals(
  transaction: Transaction,
  { txid, last_seq }: RowsTarget,
  arrivals: readonly Arrival[],
): Promise<UpsertedRows> {
  const rows = arrivals.map((arrival, at) => toDeviceRow(txid, last_seq + 1 + at, arrival));
  const changed: ChangedRow[] = [];
  for (const chunk of toChunks(rows)) changed.push(...(await upsert(transaction, chunk)));
  const count = (matches: (row: ChangedRow) => boolean): number => changed.filter(matches).length;
  return {
    changedRows: changed.length,
    usageRows: count(({ outcome }) => outcome === OUTCOME.usage),
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
          seq: sql<number>`excluded.seq`,
          sessions: sql<number | null>`excluded.sessions`,
          bytes: sql<number | null>`excluded.bytes`,
          error_json: sql<string | null>`excluded.error_json`,
          received_at: sql<number>`excluded.received_at`,
        })
        .where(
          sql<boolean>`device_rows.outcome = ${sql.lit(OUTCOME.missing)}
            OR (device_rows.outcome = ${sql.lit(OUTCOME.error)} AND excluded.outcome = ${sql.lit(OUTCOME.usage)})`,
        ),
    )
    .returning(['device', 'expected', 'outcome', 'previous_outcome', 'received_at'])
    .execute();
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
    error_json: toErrorJson(message),
    received_at: message.receivedAtMs,
  };
}
