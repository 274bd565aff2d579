import type { Kysely } from 'kysely';
import type { DeviceUsage } from '../../domain/device-usage.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import { createCursorFormat, isNullableNumberAndNamePosition, toPage } from './cursor.ts';
import type { Database } from './database.ts';
import { createRowPages, selectRows } from './row-pages.ts';
import type { Page, PageQuery } from './page.ts';
import type { ReportStore } from './store.ts';
import { toUsage, type ResultRow } from './stored-rows.ts';
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

/**
 * Reads pages of usage, which stay stable while more arrives. Stored values only grow; a device whose value grows moves in the
 * orders by that value.
 */
export function createUsagePages(database: Database): ReportStore['usage'] {
  const usage = { outcome: OUTCOME.usage, toNode: toUsage };
  const byArrival = createRowPages(database, { ...usage, name: 'usage by arrival', column: 'seq' });
  const byImei = createRowPages(database, { ...usage, name: 'usage by IMEI', column: 'device' });
  return async (txid, orderBy, page) => {
    if (orderBy === null) return byArrival(txid, page);
    if (orderBy === 'IMEI') return byImei(txid, page);
    return database.read((tables) => readByValue(tables, txid, orderBy, page));
  };
}

/** Devices with a value come first, by value and then by IMEI; the others follow by IMEI. */
async function readByValue(
  tables: Kysely<Tables>,
  txid: string,
  orderBy: Exclude<UsageOrder, 'IMEI'>,
  { first, after }: PageQuery,
): Promise<Page<DeviceUsage>> {
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
  return selectRows(tables, txid).where('outcome', '=', OUTCOME.usage);
}
