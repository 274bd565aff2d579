import { sql } from 'kysely';
import { toChunks, OUTCOME, type DeviceRow } from './tables.ts';
import type { Transaction } from './database.ts';
import { isNameless, toErrorJson, type Arrival } from '../messages.ts';
import type { RowsChange } from '../progress.ts';

/** Where a request's rows go: its txid, and the highest arrival number given so far. */
export interface RowsTarget {
  readonly txid: string;
  readonly last_seq: number;
}

/** A change of rows, with how many rows it is; 0 where every arrival was known already. */
export interface UpsertedRows extends RowsChange {
  readonly changedRows: number;
}

/** Writes one row an arrival, each device once: over a missing device, and usage over an error; all else stays as it is. */
export async function upsertArrivals(
  transaction: Transaction,
  { txid, last_seq }: RowsTarget,
  arrivals: readonly Arrival[],
): Promise<UpsertedRows> {
  const rows = arrivals.map((arrival, at) => toDeviceRow(txid, last_seq + 1 + at, arrival));
  const changed: ChangedRow[] = [];
  for (const chunk of toChunks(rows)) changed.push(...(await upsert(transaction, chunk)));
  const count = (does: (row: ChangedRow) => boolean): number => changed.filter(does).length;
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

/** Notes which devices a request asks for; a device that has come already keeps what it brought. */
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
