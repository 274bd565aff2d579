import type { Kysely } from 'kysely';
import { createCursorFormat, isNamePosition, isNumberPosition, toPage } from './cursor.ts';
import type { Database } from './database.ts';
import type { ReportStore } from './store.ts';
import { readImei, RESULT_COLUMNS, toError, toResult } from './stored-rows.ts';
import { OUTCOME, type Tables } from './tables.ts';

const ERRORS = createCursorFormat('errors', isNumberPosition);
const MISSING = createCursorFormat('missing', isNamePosition);
const SMALL_BATCH_ROWS = 20;
const LARGE_BATCH_ROWS = 100;
const LONG_ROW_CHARACTERS = 1_000;

/** Reads pages of errors and of missing devices, and all results in batches. */
export function createResultPages(database: Database): Pick<ReportStore, 'errors' | 'missing' | 'results'> {
  return {
    errors: (txid, { first, after }) =>
      database.read(async (tables) => {
        const position = ERRORS.read(after);
        const rows = await selectRows(tables, txid)
          .select('seq')
          .where('outcome', '=', OUTCOME.error)
          .$if(position !== null, (query) => query.where('seq', '>', position))
          .orderBy('seq')
          .limit(first + 1)
          .execute();
        return toPage(rows, first, ERRORS, ({ seq }) => seq, toError);
      }),
    missing: (txid, { first, after }) =>
      database.read(async (tables) => {
        const position = MISSING.read(after);
        const rows = await selectRows(tables, txid)
          .where('outcome', '=', OUTCOME.missing)
          .$if(position !== null, (query) => query.where('device', '>', position))
          .orderBy('device')
          .limit(first + 1)
          .execute();
        return toPage(
          rows,
          first,
          MISSING,
          ({ device }) => device,
          ({ device }) => readImei(device),
        );
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

function selectRows(tables: Kysely<Tables>, txid: string) {
  return tables.selectFrom('device_rows').select(RESULT_COLUMNS).where('txid', '=', txid);
}
