import { sql } from 'kysely';
import { toErrorJson } from '../../domain/reported-twice.ts';
import type { ReceivedMessage } from '../async-report.ts';
import type { Arrival } from '../messages.ts';
import { type Transaction, addToCounter } from './database.ts';
import type { UpsertedRows } from './device-rows.ts';
import { toChunks, type LockedReport } from './tables.ts';

/** Approximate bytes of a transaction without its messages, with its share of the indexes. */
export const UNKNOWN_TRANSACTION_BYTES = 500;
/** The same of a message, without its error and its transaction id. */
const MESSAGE_BYTES = 130;
/** SQLite stores what exceeds this in pages of its own. */
const MAX_BYTES_IN_ROW = 900;
const PAGE_BYTES = 4_096;
/** The transaction id of a message is in the table and in its index. */
const TXID_COPIES = 2;

/** Messages by the transaction that they are about. */
export type MessageGroups = ReadonlyMap<string, readonly ReceivedMessage[]>;

/**
 * Returns the transactions whose messages do not fit, because all unknown transactions together may take `maxBytes`. Removes
 * those of them that were only created for these messages. Known transactions always fit. `rows` are locked until the commit.
 */
export async function refuseUnknown(
  transaction: Transaction,
  rows: readonly LockedReport[],
  groups: MessageGroups,
  maxBytes: number,
): Promise<ReadonlySet<string>> {
  const unknown = rows.filter(({ stage }) => stage === 'unknown');
  if (unknown.length === 0) return new Set();
  const created = unknown.filter(isNew);
  // Locks the counter: other processes with messages of unknown transactions wait until this commit has taken its room.
  await addToCounter(transaction, 'unknown messages', 0);
  let bytes = (await sumUnknownBytes(transaction)) - created.length * UNKNOWN_TRANSACTION_BYTES;
  const refused = new Set<string>();
  for (const row of unknown) {
    const more = (isNew(row) ? UNKNOWN_TRANSACTION_BYTES : 0) + toBytes(groups.get(row.txid) ?? []);
    if (bytes + more > maxBytes) refused.add(row.txid);
    else bytes += more;
  }
  const unused = created.map(({ txid }) => txid).filter((txid) => refused.has(txid));
  for (const chunk of toChunks(unused)) {
    await transaction.tables.deleteFrom('requests').where('txid', 'in', chunk).execute();
  }
  return refused;
}

/** Returns the approximate bytes of an unknown transaction after these of its messages were written. */
export function toUnknownBytes(row: LockedReport, arrivals: readonly Arrival[], change: UpsertedRows): number {
  if (row.stage !== 'unknown') return row.unknown_bytes;
  const messages = arrivals.map(({ message }) => message);
  const newRows = change.usageRows + change.failedDevices + change.otherErrors;
  const textBytes = Math.ceil((toTextBytes(messages) * change.changedRows) / messages.length);
  return row.unknown_bytes + newRows * toRowBytes(row.txid) + textBytes;
}

/** Returns the approximate bytes that all unknown transactions take. */
export async function sumUnknownBytes({ tables }: Pick<Transaction, 'tables'>): Promise<number> {
  // A literal and not a parameter, so that both databases read only the index of unknown transactions.
  const { bytes } = await tables
    .selectFrom('requests')
    .select(sql<number>`CAST(COALESCE(SUM(unknown_bytes), 0) AS BIGINT)`.as('bytes'))
    .where('stage', '=', sql.lit('unknown'))
    .executeTakeFirstOrThrow();
  return bytes;
}

function isNew({ last_seq }: LockedReport): boolean {
  return last_seq === 0;
}

function toBytes(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((sum, { txid }) => sum + toRowBytes(txid), 0) + toTextBytes(messages);
}

function toRowBytes(txid: string): number {
  return MESSAGE_BYTES + TXID_COPIES * txid.length;
}

function toTextBytes(messages: readonly ReceivedMessage[]): number {
  return messages.reduce(
    (sum, message) => sum + (message.kind === 'error' ? toStoredBytes(toErrorJson(message)) : 0),
    0,
  );
}

function toStoredBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes <= MAX_BYTES_IN_ROW ? bytes : MAX_BYTES_IN_ROW + Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
