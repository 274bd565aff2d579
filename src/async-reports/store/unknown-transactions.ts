import { toChunks } from './tables.ts';
import { type Database, addToCounter } from './database.ts';
import { lockReports } from './report-rows.ts';

/** How much is kept of transactions that nobody requested. */
export interface UnknownLimits {
  readonly transactions: number;
  readonly messages: number;
}

/**
 * Drops the oldest unknown transactions, whole and counted, until the others keep to the limits. A request that its messages
 * overtook is accepted within seconds, and so is never long among the oldest.
 */
export async function makeRoomForUnknown(database: Database, limits: UnknownLimits): Promise<void> {
  for (const txids of toChunks(await findDoomed(database, limits))) await drop(database, txids);
}

function drop(database: Database, doomed: readonly string[]): Promise<void> {
  return database.write(async (transaction) => {
    const rows = (await lockReports(transaction, doomed)).filter(({ stage }) => stage === 'unknown');
    if (rows.length === 0) return;
    const txids = rows.map(({ txid }) => txid);
    await transaction.tables.deleteFrom('device_rows').where('txid', 'in', txids).execute();
    await transaction.tables.deleteFrom('requests').where('txid', 'in', txids).execute();
    const dropped = rows.reduce((sum, row) => sum + row.usage_rows + row.failed_devices + row.nameless_errors, 0);
    await addToCounter(transaction, 'dropped unknown messages', dropped);
  });
}

async function findDoomed(database: Database, limits: UnknownLimits): Promise<string[]> {
  const newestFirst = await database.read((tables) =>
    tables
      .selectFrom('requests')
      .select([
        'txid',
        (eb) => eb('usage_rows', '+', eb('failed_devices', '+', eb.ref('nameless_errors'))).as('messages'),
      ])
      .where('stage', '=', 'unknown')
      .orderBy('requested_at', 'desc')
      .orderBy('txid')
      .execute(),
  );
  let messages = 0;
  const at = newestFirst.findIndex((row, transactions) => {
    messages += row.messages;
    return messages > limits.messages || transactions >= limits.transactions;
  });
  return at < 0 ? [] : newestFirst.slice(at).map(({ txid }) => txid);
}
