import { createCursorFormat, isNamePosition, toPage } from './cursor.ts';
import type { Database } from './database.ts';
import { createRowPages, selectRows } from './row-pages.ts';
import type { ReportStore } from './store.ts';
import { readImei, toError, toResult, toUsage } from './stored-rows.ts';
import { OUTCOME } from './tables.ts';

const SMALL_BATCH_ROWS = 20;
const LARGE_BATCH_ROWS = 200;
const LONG_ROW_CHARACTERS = 1_000;

/** Errors without an IMEI come before all IMEIs. */
const FIRST_IMEI = '0';

const BY_DEVICE = createCursorFormat('missing', isNamePosition);

/** Reads pages of errors and of missing devices, and all results in batches. */
export function createResultPages(
  database: Database,
): Pick<ReportStore, 'errors' | 'missing' | 'results' | 'unexpected'> {
  return {
    unexpected: createRowPages(database, {
      name: 'unexpected',
      column: 'seq',
      outcome: OUTCOME.unexpected,
      toNode: toUsage,
    }),
    errors: createRowPages(database, { name: 'errors', column: 'seq', outcome: OUTCOME.error, toNode: toError }),
    missing: (txid, { first, after }) =>
      database.read(async (tables) => {
        const position = BY_DEVICE.read(after);
        // With the sequence number of all missing devices, an index has them in this order, and all that is selected.
        const rows = await tables
          .selectFrom('device_rows')
          .select('device')
          .where('txid', '=', txid)
          .where('outcome', '=', OUTCOME.missing)
          .where('seq', '=', 0)
          .$if(position !== null, (query) => query.where('device', '>', position))
          .orderBy('device')
          .limit(first + 1)
          .execute();
        return toPage(
          rows,
          first,
          BY_DEVICE,
          ({ device }) => device,
          ({ device }) => readImei(device),
        );
      }),
    async *results(txid, isListed) {
      let last = '';
      // Long rows are read in small batches: a large batch would not fit into the young generation of the heap.
      let limit = SMALL_BATCH_ROWS;
      for (;;) {
        const rows = await database.read((tables) =>
          selectRows(tables, txid)
            .where('outcome', 'in', [OUTCOME.usage, OUTCOME.error])
            .$if(isListed, (query) =>
              query.where((eb) => eb.or([eb('expected', '=', 1), eb('device', '<', FIRST_IMEI)])),
            )
            .where('device', '>', last)
            .orderBy('device')
            .limit(limit)
            .execute(),
        );
        if (rows.length > 0) yield rows.map(toResult);
        const final = rows.at(-1);
        if (final === undefined || rows.length < limit) return;
        last = final.device;
        limit = rows.some(({ error_json }) => (error_json?.length ?? 0) > LONG_ROW_CHARACTERS)
          ? SMALL_BATCH_ROWS
          : LARGE_BATCH_ROWS;
      }
    },
  };
}
