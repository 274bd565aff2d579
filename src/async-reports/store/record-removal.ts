import { sql } from 'kysely';
import type { AccountNumber } from '../../domain/account.ts';
import type { Imei } from '../../domain/imei.ts';
import { toFirstDay, toMonth } from '../../domain/recorded-day.ts';
import type { Database } from './database.ts';
import { announceDays } from './record-days.ts';
import type { RecordStore } from './record-store.ts';
import { removeUsage, toPartition } from './recorded-rows.ts';

/** Removes old months of an account: first its days, so that nobody reads half of one. */
export function createRemoveBefore(database: Database): RecordStore['removeBefore'] {
  return async (accountNumber, month) => {
    await database.write(async (transaction) => {
      const removed = await transaction.tables
        .deleteFrom('recorded_days')
        .where('account_number', '=', accountNumber)
        .where('day', '<', toFirstDay(month))
        .returning('day')
        .execute();
      if (removed.length > 0) announceDays(transaction);
    });
    for (;;) {
      const old = await findUsageBefore(database, accountNumber, month);
      if (old === null) break;
      await removeUsage(database, accountNumber, {
        month: old,
        firstDay: toFirstDay(old),
        lastDay: toFirstDay(old + 1) - 1,
      });
    }
    if (database.dialect === 'postgres') await dropEmptyPartitions(database, month);
  };
}

/** Finds any month before one that has usage. */
async function findUsageBefore(
  database: Database,
  accountNumber: AccountNumber,
  month: number,
): Promise<number | null> {
  const row = await database.readOwn((tables) =>
    tables
      .selectFrom('recorded_usage')
      .select('month')
      .where('account_number', '=', accountNumber)
      .where('month', '<', month)
      // PostgreSQL has its partitions by day.
      .where('day', '<', toFirstDay(month))
      .limit(1)
      .executeTakeFirst(),
  );
  return row?.month ?? null;
}

/** Drops the partitions of months before, unless another account has rows in them. */
async function dropEmptyPartitions(database: Database, month: number): Promise<void> {
  const partitions = await database.readOwn(async (tables) => {
    const { rows } = await sql<{ name: string }>`SELECT inhrelid::regclass::text AS name FROM pg_inherits
      WHERE inhparent = 'recorded_usage'::regclass`.execute(tables);
    return rows.map(({ name }) => name);
  });
  for (const name of partitions) {
    const ofMonth = Number(/(\d+)$/.exec(name)?.[1] ?? Infinity);
    if (ofMonth >= month || name !== toPartition(ofMonth)) continue;
    await database.write(async ({ tables }) => {
      const { rows } = await sql.raw(`SELECT 1 FROM ${name} LIMIT 1`).execute(tables);
      if (rows.length === 0) await sql.raw(`DROP TABLE ${name}`).execute(tables);
    });
  }
}

/** Removes a device from all recorded days, a month in each commit. Returns from how many days. */
export async function eraseRecorded(database: Database, imei: Imei): Promise<number> {
  let erased = 0;
  for (const { accountNumber, month } of await listMonths(database)) {
    erased += await database.write(async (transaction) => {
      const { tables } = transaction;
      const removed = await tables
        .deleteFrom('recorded_usage')
        .where('account_number', '=', accountNumber)
        .where('month', '=', month)
        .where('imei', '=', imei)
        .returning('day')
        .execute();
      const days = removed.map(({ day }) => day);
      if (days.length === 0) return 0;
      await tables
        .updateTable('recorded_days')
        .set({ devices: sql<number>`devices - 1` })
        .where('account_number', '=', accountNumber)
        .where('day', 'in', days)
        .execute();
      announceDays(transaction);
      return days.length;
    });
  }
  return erased;
}

/** The months of all days that are recorded, or being recorded. */
async function listMonths(
  database: Database,
): Promise<readonly { readonly accountNumber: string; readonly month: number }[]> {
  const days = await database.readOwn(async (tables) => [
    ...(await tables.selectFrom('recorded_days').select(['account_number', 'day']).execute()),
    ...(await tables.selectFrom('record_requests').select(['account_number', 'day']).execute()),
  ]);
  const months = days.map(({ account_number, day }) => ({ accountNumber: account_number, month: toMonth(day) }));
  return [...new Map(months.map((each) => [JSON.stringify(each), each])).values()];
}
