import { sql, type Kysely } from 'kysely';
import type { AccountNumber } from '../../domain/account.ts';
import type { Imei } from '../../domain/imei.ts';
import { untilNextTurn } from '../../turns/next-turn.ts';
import { toFirstDay, toMonth } from '../../domain/recorded-day.ts';
import type { Database, Transaction } from './database.ts';
import type { RecordStore } from './record-store.ts';
import { removeReport, untilNone } from './retention.ts';
import { readImei } from './stored-rows.ts';
import { toChunks, type Tables } from './tables.ts';

const ROWS_PER_COMMIT = 2_000;

type Rows = Pick<
  RecordStore,
  'addUsage' | 'listPresent' | 'listAbsent' | 'countAbsent' | 'countUsage' | 'removeReport'
>;

/** Stores the usage of days that are being recorded. */
export function createRecordedRows(database: Database): Rows {
  const { dialect } = database;
  const partitions = new Set<number>();
  return {
    async addUsage(accountNumber, day, usage) {
      if (dialect === 'postgres' && !partitions.has(toMonth(day))) await createPartition(database, toMonth(day));
      partitions.add(toMonth(day));
      for (let at = 0; at < usage.length; at += ROWS_PER_COMMIT) {
        const rows = usage.slice(at, at + ROWS_PER_COMMIT).map(({ imei, numberOfSessions, bytesTransferred }) => ({
          account_number: accountNumber,
          month: toMonth(day),
          imei,
          day,
          sessions: numberOfSessions,
          bytes: bytesTransferred,
        }));
        await database.write((transaction) => upsert(transaction, rows, dialect));
      }
    },
    listPresent: async (accountNumber, day, imeis) => {
      const present = new Set<Imei>();
      for (const chunk of toChunks(imeis)) {
        const rows = await database.read((tables) =>
          selectDay(tables, accountNumber, day).select('imei').where('imei', 'in', chunk).execute(),
        );
        for (const { imei } of rows) present.add(readImei(imei));
      }
      return present;
    },
    listAbsent: (accountNumber, day, otherDay, afterImei, first) =>
      database.read(async (tables) => {
        const rows = await selectAbsent(tables, accountNumber, day, otherDay)
          .select('other.imei')
          .where('other.imei', '>', afterImei)
          .orderBy('other.imei')
          .limit(first)
          .execute();
        return rows.map(({ imei }) => readImei(imei));
      }),
    countAbsent: (accountNumber, day, otherDay) =>
      database.read(async (tables) => {
        const { absent } = await selectAbsent(tables, accountNumber, day, otherDay)
          .select((eb) => eb.fn.countAll<number>().as('absent'))
          .executeTakeFirstOrThrow();
        return absent;
      }),
    countUsage: (accountNumber, day) =>
      database.read(async (tables) => {
        const { devices } = await selectDay(tables, accountNumber, day)
          .select((eb) => eb.fn.countAll<number>().as('devices'))
          .executeTakeFirstOrThrow();
        return devices;
      }),
    removeReport: (txid) => removeReport(database, txid),
  };
}

/** Removes the usage of a day, in commits of bounded size. */
export function removeUsageOfDay(database: Database, accountNumber: AccountNumber, day: number): Promise<void> {
  return removeUsage(database, accountNumber, { month: toMonth(day), firstDay: day, lastDay: day });
}

/** Removes the usage of days of a month, in commits of bounded size, in the order of IMEIs. */
export async function removeUsage(
  database: Database,
  accountNumber: AccountNumber,
  { month, firstDay, lastDay }: { readonly month: number; readonly firstDay: number; readonly lastDay: number },
): Promise<void> {
  let afterImei = '';
  await untilNone(
    () =>
      database
        .write(async ({ tables }) => {
          const from = afterImei;
          const rest = sql`account_number = ${accountNumber} AND month = ${month} AND day BETWEEN ${firstDay} AND ${lastDay} AND imei > ${from}`;
          const { rows } = await sql<{ imei: string }>`DELETE FROM recorded_usage WHERE ${rest} AND imei <=
          (SELECT max(imei) FROM (SELECT imei FROM recorded_usage WHERE ${rest} ORDER BY imei LIMIT ${ROWS_PER_COMMIT}) AS first)
          RETURNING imei`.execute(tables);
          return rows.map(({ imei }) => imei);
        })
        .then((imeis) => {
          afterImei = imeis.reduce((last, imei) => (imei > last ? imei : last), afterImei);
          return imeis.length;
        }),
    ROWS_PER_COMMIT,
  );
}

/** The name of a month's partition in PostgreSQL. */
export function toPartition(month: number): string {
  return `recorded_usage_m${month}`;
}

/** One process records at a time, so nobody else creates it. */
function createPartition(database: Database, month: number): Promise<void> {
  return database.write(async ({ tables }) => {
    await sql
      .raw(
        `CREATE TABLE IF NOT EXISTS ${toPartition(month)} PARTITION OF recorded_usage
          FOR VALUES FROM (${toFirstDay(month)}) TO (${toFirstDay(month + 1)})`,
      )
      .execute(tables);
  });
}

async function upsert(
  { tables }: Transaction,
  rows: readonly Tables['recorded_usage'][],
  dialect: Database['dialect'],
): Promise<void> {
  const key = ['account_number', 'imei', 'day'] as const;
  for (const chunk of toChunks(rows)) {
    await tables
      .insertInto('recorded_usage')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(dialect === 'sqlite' ? ['account_number', 'month', 'imei', 'day'] : key)
          .doUpdateSet({ sessions: toLarger('sessions'), bytes: toLarger('bytes') }),
      )
      .execute();
    await untilNextTurn();
  }
}

/** Usage only grows while it settles, and a number replaces none. */
function toLarger(column: 'sessions' | 'bytes') {
  const [before, after] = [sql.ref(`recorded_usage.${column}`), sql.ref(`excluded.${column}`)];
  return sql<number | null>`CASE WHEN ${before} > COALESCE(${after}, -1) THEN ${before} ELSE ${after} END`;
}

function selectDay(tables: Kysely<Tables>, accountNumber: AccountNumber, day: number) {
  return tables
    .selectFrom('recorded_usage')
    .where('account_number', '=', accountNumber)
    .where('month', '=', toMonth(day))
    .where('day', '=', day);
}

function selectAbsent(tables: Kysely<Tables>, accountNumber: AccountNumber, day: number, otherDay: number) {
  return tables
    .selectFrom('recorded_usage as other')
    .where('other.account_number', '=', accountNumber)
    .where('other.month', '=', toMonth(otherDay))
    .where('other.day', '=', otherDay)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('recorded_usage as own')
            .select('own.imei')
            .where('own.account_number', '=', accountNumber)
            .where('own.month', '=', toMonth(day))
            .where('own.day', '=', day)
            .whereRef('own.imei', '=', 'other.imei'),
        ),
      ),
    );
}
