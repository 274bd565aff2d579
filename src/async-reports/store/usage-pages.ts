import type { Kysely } from 'kysely';
import type { UsageOrder } from '../../domain/usage-order.ts';
import {
  createCursorFormat,
  isNullableNumberAndNamePosition,
  isNamePosition,
  isNumberPosition,
  toPage,
} from './cursor.ts';
import type { Database } from './database.ts';
import type { Page, PageQuery, ReportStore, StoredUsage } from './store.ts';
import { RESULT_COLUMNS, toUsage, type ResultRow } from './stored-rows.ts';
import { OUTCOME, type Tables } from './tables.ts';

interface ValueOrder {
  readonly column: 'bytes' | 'sessions';
  readonly direction: 'asc' | 'desc';
}

const VALUE_ORDERS: Record<Exclude<UsageOrder, 'IMEI'>, ValueOrder> = {
  BYTES_DESC: { column: 'bytes', direction: 'desc' },
  BYTES_ASC: { column: 'bytes', direction: 'asc' },
  SESSIONS_DESC: { column: 'sessions', direction: 'desc' },
  SESSIONS_ASC: { column: 'sessions', direction: 'asc' },
};

const BY_ARRIVAL = createCursorFormat('usage by arrival', isNumberPosition);
const BY_IMEI = createCursorFormat('usage by IMEI', isNamePosition);

/**
 * Reads pages of usage, which stay stable while more arrives. Stored values only grow; a device whose value grows moves in the
 * orders by that value.
 */
export function createUsagePages(database: Database): ReportStore['usage'] {
  return async (txid, orderBy, page) =>
    database.read((tables) => {
      if (orderBy === null) return readByArrival(tables, txid, page);
      return orderBy === 'IMEI' ? readByImei(tables, txid, page) : readByValue(tables, txid, orderBy, page);
    });
}

async function readByArrival(tables: Kysely<Tables>, txid: string, { first, after }: PageQuery) {
  const position = BY_ARRIVAL.read(after);
  const rows = await selectUsage(tables, txid)
    .select('seq')
    .$if(position !== null, (query) => query.where('seq', '>', position))
    .orderBy('seq')
    .limit(first + 1)
    .execute();
  return toPage(rows, first, BY_ARRIVAL, ({ seq }) => seq, toUsage);
}

async function readByImei(tables: Kysely<Tables>, txid: string, { first, after }: PageQuery) {
  const position = BY_IMEI.read(after);
  const rows = await selectUsage(tables, txid)
    .$if(position !== null, (query) => query.where('device', '>', position))
    .orderBy('device')
    .limit(first + 1)
    .execute();
  return toPage(rows, first, BY_IMEI, ({ device }) => device, toUsage);
}

/** Devices with a value come first, by value and then by IMEI; the others follow by IMEI. */
async function readByValue(
  tables: Kysely<Tables>,
  txid: string,
  orderBy: Exclude<UsageOrder, 'IMEI'>,
  { first, after }: PageQuery,
): Promise<Page<StoredUsage>> {
  const { column, direction } = VALUE_ORDERS[orderBy];
  const format = createCursorFormat(`usage by ${orderBy}`, isNullableNumberAndNamePosition);
  const position = format.read(after);
  const [value, device] = position ?? [null, null];
  const rows: ResultRow[] = [];
  if (position === null || value !== null) {
    rows.push(
      ...(await selectUsage(tables, txid)
        .where(column, 'is not', null)
        .$if(position !== null, (query) =>
          query
            .where(column, direction === 'asc' ? '>=' : '<=', value)
            .where((eb) => eb.or([eb(column, direction === 'asc' ? '>' : '<', value), eb('device', '>', device)])),
        )
        .orderBy(column, direction)
        .orderBy('device')
        .limit(first + 1)
        .execute()),
    );
  }
  if (rows.length <= first) {
    rows.push(
      ...(await selectUsage(tables, txid)
        .where(column, 'is', null)
        .$if(position !== null && value === null, (query) => query.where('device', '>', device))
        .orderBy('device')
        .limit(first + 1 - rows.length)
        .execute()),
    );
  }
  return toPage(rows, first, format, (row) => [row[column], row.device] as const, toUsage);
}

function selectUsage(tables: Kysely<Tables>, txid: string) {
  return tables
    .selectFrom('device_rows')
    .select(RESULT_COLUMNS)
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.usage);
}
