import { sql, type Kysely } from 'kysely';
import type { AccountNumber } from '../../domain/account.ts';
import { toMonth } from '../../domain/recorded-day.ts';
import type { Database } from './database.ts';
import type { DayRange, RecordStore, TotalsOfDay, UsageOfDay } from './record-store.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import { readImei } from './stored-rows.ts';
import type { RecordedUsageRow, Tables } from './tables.ts';

type Reads = Pick<RecordStore, 'readTotals' | 'readFirst' | 'readPage' | 'readDevices' | 'readSums'>;

/** Above it, sums are added up in halves, because a double is not exact any more. */
const HALF = 2 ** 26;
const COLUMNS = ['imei', 'day', 'sessions', 'bytes'] as const;
const SUMS = [
  sql<number | null>`CAST(SUM(sessions) AS BIGINT)`.as('sessions'),
  sql<number | null>`CAST(SUM(bytes / ${sql.lit(HALF)}) AS BIGINT)`.as('upper_bytes'),
  sql<number | null>`CAST(SUM(bytes % ${sql.lit(HALF)}) AS BIGINT)`.as('lower_bytes'),
] as const;
const ORDERS: Readonly<Record<UsageOrder, string>> = {
  BYTES_DESC: 'bytes DESC NULLS LAST, imei',
  BYTES_ASC: 'bytes NULLS LAST, imei',
  SESSIONS_DESC: 'sessions DESC NULLS LAST, imei',
  SESSIONS_ASC: 'sessions NULLS LAST, imei',
  IMEI: 'imei',
};

/** Reads recorded usage. */
export function createRecordedReads(database: Database): Reads {
  return {
    readTotals: (accountNumber, days) =>
      database.read(async (tables) => {
        const rows = await select(tables, accountNumber, days)
          .select((eb) => [
            'day',
            eb.fn.countAll<number>().as('devices'),
            sql<number>`COUNT(*) FILTER (WHERE sessions = 0)`.as('silent'),
            sql<number>`COUNT(*) FILTER (WHERE sessions IS NULL OR bytes IS NULL)`.as('incomplete'),
            ...SUMS,
          ])
          .groupBy('day')
          .execute();
        return rows.map((row): TotalsOfDay => ({
          day: row.day,
          devices: row.devices,
          silentDevices: row.silent,
          incompleteDevices: row.incomplete,
          numberOfSessions: toKnown(row.sessions ?? 0, true),
          bytesTransferred: toKnown(toBytes(row), true),
        }));
      }),
    readFirst: ({ accountNumber, days, order, first }) =>
      database.read(async (tables) => {
        const place = sql<number>`ROW_NUMBER() OVER (PARTITION BY day ORDER BY ${sql.raw(ORDERS[order])})`.as('place');
        const rows = await tables
          .selectFrom(
            select(tables, accountNumber, days)
              .select([...COLUMNS, place])
              .as('placed'),
          )
          .select(COLUMNS)
          .where('place', '<=', first)
          .orderBy('day')
          .orderBy('place')
          .execute();
        return rows.map(toUsage);
      }),
    readPage: ({ accountNumber, days, after, limit }) =>
      database.read(async (tables) => {
        const rows = await select(tables, accountNumber, days)
          .select(COLUMNS)
          .$if(after !== null, (query) => query.where(sql<boolean>`(imei, day) > (${after?.imei}, ${after?.day})`))
          .orderBy('imei')
          .orderBy('day')
          .limit(limit)
          .execute();
        return rows.map(toUsage);
      }),
    readDevices: (accountNumber, imeis, days) =>
      database.read(async (tables) => {
        const rows = await select(tables, accountNumber, days)
          .select(COLUMNS)
          .where('imei', 'in', imeis)
          .orderBy('imei')
          .orderBy('day')
          .execute();
        return rows.map(toUsage);
      }),
    readSums: (accountNumber, imeis, days) =>
      database.read(async (tables) => {
        const rows = await select(tables, accountNumber, days)
          .$if(imeis.length > 0, (query) => query.where('imei', 'in', imeis))
          .select((eb) => [
            'imei',
            eb.fn.countAll<number>().as('days'),
            eb.fn.count<number>('sessions').as('known_sessions'),
            eb.fn.count<number>('bytes').as('known_bytes'),
            ...SUMS,
          ])
          .groupBy('imei')
          .orderBy('imei')
          .execute();
        return rows.map((row) => ({
          imei: readImei(row.imei),
          days: row.days,
          numberOfSessions: toKnown(row.sessions ?? 0, row.known_sessions === row.days),
          bytesTransferred: toKnown(toBytes(row), row.known_bytes === row.days),
        }));
      }),
  };
}

function select(tables: Kysely<Tables>, accountNumber: AccountNumber, { first, last }: DayRange) {
  return tables
    .selectFrom('recorded_usage')
    .where('account_number', '=', accountNumber)
    .where('month', '>=', toMonth(first))
    .where('month', '<=', toMonth(last))
    .where('day', '>=', first)
    .where('day', '<=', last);
}

function toUsage(row: Pick<RecordedUsageRow, (typeof COLUMNS)[number]>): UsageOfDay {
  return { imei: readImei(row.imei), day: row.day, numberOfSessions: row.sessions, bytesTransferred: row.bytes };
}

function toBytes(row: { readonly upper_bytes: number | null; readonly lower_bytes: number | null }): number {
  return (row.upper_bytes ?? 0) * HALF + (row.lower_bytes ?? 0);
}

/** A sum; null if a value is not known, or it exceeds 2^53-1. */
function toKnown(sum: number, isKnown: boolean): number | null {
  return isKnown && Number.isSafeInteger(sum) ? sum : null;
}
