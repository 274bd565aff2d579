import type { Database } from './database.ts';
import { createRowPages, selectRows } from './row-pages.ts';
import type { ReportStore } from './store.ts';
import { readImei, toError, toResult } from './stored-rows.ts';
import { OUTCOME } from './tables.ts';

const SMALL_BATCH_ROWS = 20;
const LARGE_BATCH_ROWS = 200;
const LONG_ROW_CHARACTERS = 1_000;

/** Reads pages of errors and of missing devices, and all results in batches. */
export function createResultPages(database: Database): Pick<ReportStore, 'errors' | 'missing' | 'results'> {
  return {
    errors: createRowPages(database, { name: 'errors', column: 'seq', outcome: OUTCOME.error, toNode: toError }),
    missing: createRowPages(database, {
      name: 'missing',
      column: 'device',
      outcome: OUTCOME.missing,
      toNode: ({ device }) => readImei(device),
    }),
    async *results(txid) {
      let last = '';
      // Long rows are read in small batches: a large batch would not fit into the young generation of the heap.
      let limit = SMALL_BATCH_ROWS;
      for (;;) {
        const rows = await database.read((tables) =>
          selectRows(tables, txid)
            .where('outcome', '!=', OUTCOME.missing)
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
