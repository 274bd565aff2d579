import { sql, type Compilable } from 'kysely';
import { untilNextTurn } from '../../turns/next-turn.ts';
import { isNameless, type Arrival } from '../messages.ts';
import type { Transaction } from './database.ts';
import { onRepeatedDevice, toDeviceRow, type ChangedRow } from './device-rows.ts';
import { toChunks, type DeviceRow } from './tables.ts';

/** The rows that changed, by transaction. */
export type ChangedRows = ReadonlyMap<string, readonly ChangedRow[]>;

/** Whether all arrivals are those of devices. */
export function isPlain(arrivals: readonly Arrival[]): boolean {
  return !arrivals.some(({ device }) => isNameless(device));
}

/**
 * Upserts the arrivals of all known reports together, and returns the rows that changed. It leaves out other transactions, and reads what
 * it has to know of a report itself, so that it can be sent together with the statement that locks the reports. One that
 * was not locked by that can become known at this moment: some of its arrivals may be upserted, and `upsertArrivals` upserts the rest
 * with the same sequence numbers.
 */
export async function upsertKnown(
  transaction: Transaction,
  arrivalsByTxid: ReadonlyMap<string, readonly Arrival[]>,
): Promise<ChangedRows> {
  const rows = [...arrivalsByTxid].flatMap(([txid, arrivals]) =>
    arrivals.map((arrival, at) => toDeviceRow(txid, at + 1, arrival, false)),
  );
  const changed = new Map<string, ChangedRow[]>();
  for (const chunk of toChunks(rows)) {
    for (const row of await transaction.send(toUpsert(transaction, chunk))) {
      const others = changed.get(row.txid);
      if (others === undefined) changed.set(row.txid, [row]);
      else others.push(row);
    }
    if (rows.length > chunk.length) await untilNextTurn();
  }
  return changed;
}

/** `seq` of the rows counts from 1 for each report. The rows are one parameter, so that the text is always the same. */
function toUpsert({ tables, locksRows }: Transaction, rows: readonly DeviceRow[]): Compilable<ChangedRow> {
  const json = JSON.stringify(rows);
  const messages = locksRows
    ? sql`json_to_recordset(${json}::json) AS message(
        txid text COLLATE "C", device text, outcome smallint, seq bigint, sessions bigint, bytes bigint, error_json text, received_at bigint
      )`
    : sql`(
        SELECT value ->> 'txid' AS txid, value ->> 'device' AS device, value ->> 'outcome' AS outcome, value ->> 'seq' AS seq,
          value ->> 'sessions' AS sessions, value ->> 'bytes' AS bytes, value ->> 'error_json' AS error_json,
          value ->> 'received_at' AS received_at
        FROM json_each(${json})
      ) AS message`;
  return tables
    .insertInto('device_rows')
    .columns([
      'txid',
      'device',
      'expected',
      'outcome',
      'previous_outcome',
      'seq',
      'sessions',
      'bytes',
      'error_json',
      'received_at',
    ])
    .expression(
      sql`SELECT report.txid, message.device, 0,
        CASE WHEN message.outcome = 1 AND report.expected_devices IS NOT NULL THEN 3 ELSE message.outcome END,
        0, report.last_seq + message.seq, message.sessions, message.bytes, message.error_json, message.received_at
      FROM ${messages} JOIN requests AS report ON report.txid = message.txid
      WHERE report.stage = 'known' ${locksRows ? sql`FOR UPDATE OF report` : sql``}`,
    )
    .onConflict(onRepeatedDevice)
    .returning(['txid', 'device', 'expected', 'outcome', 'previous_outcome', 'received_at']);
}
