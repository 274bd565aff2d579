import type { Kysely } from 'kysely';
import { createCursorFormat, isNamePlace, isNumberPlace } from './cursor.ts';
import type { Database } from './database.ts';
import { toPage } from './page.ts';
import type { RequestStore } from './request-store.ts';
import { readImei, RESULT_COLUMNS, toError, toResult } from './stored-rows.ts';
import { OUTCOME, type Tables } from './tables.ts';

const ERRORS = createCursorFormat('errors', isNumberPlace);
const MISSING = createCursorFormat('missing', isNamePlace);
const ROWS_A_BATCH = 100;

/** Pages of errors and of missing devices, and all results in batches. */
export function createOtherPages(database: Database): Pick<RequestStore, 'errors' | 'missing' | 'results'> {
  return {
    errors: (txid, { first, after }) =>
      database.read(async (tables) => {
        const place = ERRORS.read(after);
        const rows = await selectRows(tables, txid)
          .select('seq')
          .where('outcome', '=', OUTCOME.error)
          .$if(place !== null, (query) => query.where('seq', '>', place))
          .orderBy('seq')
          .limit(first + 1)
          .execute();
        return toPage(rows, first, ERRORS, ({ seq }) => seq, toError);
      }),
    missing: (txid, { first, after }) =>
      database.read(async (tables) => {
        const place = MISSING.read(after);
        const rows = await selectRows(tables, txid)
          .where('outcome', '=', OUTCOME.missing)
          .$if(place !== null, (query) => query.where('device', '>', place))
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
      for (;;) {
        const rows = await database.read((tables) =>
          selectRows(tables, txid)
            .where('outcome', '!=', OUTCOME.missing)
            .where('device', '>', last)
            .orderBy('device')
            .limit(ROWS_A_BATCH)
            .execute(),
        );
        if (rows.length > 0) yield rows.map(toResult);
        const final = rows.at(-1);
        if (final === undefined || rows.length < ROWS_A_BATCH) return;
        last = final.device;
      }
    },
  };
}

function selectRows(tables: Kysely<Tables>, txid: string) {
  return tables.selectFrom('device_rows').select(RESULT_COLUMNS).where('txid', '=', txid);
}
