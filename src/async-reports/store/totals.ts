import { sql, type Kysely } from 'kysely';
import { addExactly, toNearestRank } from '../../domain/usage-totals.ts';
import type { Database } from './database.ts';
import type { ReportStore } from './store.ts';
import { OUTCOME, type Tables } from './tables.ts';

/** Bytes are summed as two halves, each far below 2^53, so that neither the database nor the driver rounds or overflows. */
const HALF = 2 ** 26;

/** Computes totals and percentiles of a report's usage in SQL. */
export function createTotals(database: Database): Pick<ReportStore, 'totals' | 'bytesPercentiles' | 'sortedBytes'> {
  return {
    async totals(txid) {
      const row = await database.read((tables) => readTotals(tables, txid));
      return {
        devices: row.devices,
        silentDevices: row.silent,
        incompleteDevices: row.incomplete,
        numberOfSessions: addExactly([row.upper_sessions * HALF, row.lower_sessions]),
        bytesTransferred: addExactly([row.upper_bytes * HALF, row.lower_bytes]),
      };
    },
    sortedBytes: (txid) =>
      database.read(async (tables) => {
        const rows = await tables
          .selectFrom('device_rows')
          .select('bytes')
          .where('txid', '=', txid)
          .where('outcome', '=', OUTCOME.usage)
          .where('bytes', 'is not', null)
          .orderBy('bytes')
          .execute();
        return rows.map(({ bytes }) => bytes ?? 0);
      }),
    bytesPercentiles: (txid, percentiles) =>
      database.read(async (tables) => {
        for (;;) {
          const { last_seq, known } = await countKnownBytes(tables, txid);
          if (known === 0 || percentiles.length === 0) return [];
          const ranks = percentiles.map((percentile) => toNearestRank(percentile, known));
          const rows = await readRanks(tables, txid, last_seq, ranks);
          // If a device with null bytes got a value in between, the ranks are wrong.
          if (rows.some((row) => row.known !== known)) continue;
          const bytesByRank = new Map(rows.map(({ rank, bytes }) => [rank, bytes]));
          return ranks.map((rank) => bytesByRank.get(rank) ?? 0);
        }
      }),
  };
}

function readTotals(tables: Kysely<Tables>, txid: string) {
  return tables
    .selectFrom('device_rows')
    .select((eb) => [
      eb.fn.countAll<number>().as('devices'),
      sql<number>`CAST(COALESCE(SUM(CASE WHEN sessions = 0 THEN 1 ELSE 0 END), 0) AS BIGINT)`.as('silent'),
      sql<number>`CAST(COALESCE(SUM(CASE WHEN sessions IS NULL OR bytes IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT)`.as(
        'incomplete',
      ),
      sql<number>`CAST(COALESCE(SUM(sessions / ${sql.lit(HALF)}), 0) AS BIGINT)`.as('upper_sessions'),
      sql<number>`CAST(COALESCE(SUM(sessions % ${sql.lit(HALF)}), 0) AS BIGINT)`.as('lower_sessions'),
      sql<number>`CAST(COALESCE(SUM(bytes / ${sql.lit(HALF)}), 0) AS BIGINT)`.as('upper_bytes'),
      sql<number>`CAST(COALESCE(SUM(bytes % ${sql.lit(HALF)}), 0) AS BIGINT)`.as('lower_bytes'),
    ])
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.usage)
    .executeTakeFirstOrThrow();
}

/** Counts the devices with a byte value, up to a sequence number. `readRanks` leaves out rows that arrive after it. */
function countKnownBytes(tables: Kysely<Tables>, txid: string) {
  return tables
    .selectFrom('device_rows')
    .select((eb) => [
      eb.fn.count<number>('bytes').as('known'),
      eb.fn.coalesce(eb.fn.max('seq'), sql.lit(0)).as('last_seq'),
    ])
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.usage)
    .executeTakeFirstOrThrow();
}

function readRanks(tables: Kysely<Tables>, txid: string, lastSeq: number, ranks: readonly number[]) {
  return tables
    .with('ranked', (query) =>
      query
        .selectFrom('device_rows')
        .select([
          'bytes',
          sql<number>`ROW_NUMBER() OVER (ORDER BY bytes)`.as('rank'),
          sql<number>`COUNT(*) OVER ()`.as('known'),
        ])
        .where('txid', '=', txid)
        .where('outcome', '=', OUTCOME.usage)
        // The sum keeps the database from using the index by arrival, and from looking up each row by itself.
        .where(sql<boolean>`seq + 0 <= ${lastSeq}`)
        .where('bytes', 'is not', null),
    )
    .selectFrom('ranked')
    .select(['rank', 'bytes', 'known'])
    .where('rank', 'in', [...new Set(ranks)])
    .execute();
}
