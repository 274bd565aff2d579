import { type Database, addToCounter } from './database.ts';
import { lockReports } from './report-rows.ts';
import { toChunks } from './tables.ts';

/** Limits for messages of unknown transactions. */
export interface UnknownLimits {
  readonly transactions: number;
  readonly messages: number;
}

/**
 * Removes the oldest unknown transactions, and counts their messages, until the rest is within the limits. If the messages of a
 * report arrive before its acceptance, that acceptance follows within seconds, so they are hardly ever among the oldest.
 */
export async function makeRoomForUnknown(database: Database, limits: UnknownLimits): Promise<void> {
  for (const txids of toChunks(await findExcess(database, limits))) await drop(database, txids);
}

function drop(database: Database, excess: readonly string[]): Promise<void> {
  return database.write(async (transaction) => {
    const rows = (await lockReports(transaction, excess)).filter(({ stage }) => stage === 'unknown');
    if (rows.length === 0) return;
    const txids = rows.map(({ txid }) => txid);
    await transaction.tables.deleteFrom('device_rows').where('txid', 'in', txids).execute();
    await transaction.tables.deleteFrom('requests').where('txid', 'in', txids).execute();
    const dropped = rows.reduce((sum, row) => sum + row.usage_rows + row.failed_devices + row.nameless_errors, 0);
    await addToCounter(transaction, 'dropped unknown messages', dropped);
  });
}

async function findExcess(database: Database, limits: UnknownLimits): Promise<string[]> {
  const newestFirst = await database.readOwn((tables) =>
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
