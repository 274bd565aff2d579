import { sql, type Kysely } from 'kysely';
import { cutText } from '../../domain/cut-text.ts';
import type { DeviceErrorText } from '../../domain/device-usage.ts';
import { toErrorJson } from '../../domain/reported-twice.ts';
import { readErrorText } from './stored-rows.ts';
import { OUTCOME, type Tables } from './tables.ts';

const MAX_TEXT_LENGTH = 300;
/** Longer than five texts of that length with their names. Texts that JSON has to escape can be longer; they are cut again. */
const MAX_JSON_LENGTH = 2_000;
const ROWS_PER_STEP = 100;

/**
 * Cuts the texts of stored errors, which earlier versions stored whole. A long row makes every later write to its table slow. Reads
 * only the rows of errors, and only one of them at a time is in memory with its whole text.
 */
export async function cutStoredErrors(tables: Kysely<Tables>): Promise<void> {
  let [txid, device] = ['', ''];
  for (;;) {
    const keys = await findLong(tables, txid, device);
    for (const key of keys) await cutOne(tables, key);
    const last = keys.at(-1);
    if (last === undefined || keys.length < ROWS_PER_STEP) return;
    ({ txid, device } = last);
  }
}

interface Key {
  readonly txid: string;
  readonly device: string;
}

/** Joined with the reports, so that the index of outcomes is used and rows with usage are not read. */
async function findLong(tables: Kysely<Tables>, txid: string, device: string): Promise<Key[]> {
  return tables
    .selectFrom('requests')
    .innerJoin('device_rows', 'device_rows.txid', 'requests.txid')
    .select(['device_rows.txid', 'device_rows.device'])
    .where('device_rows.outcome', '=', sql.lit(OUTCOME.error))
    .where(sql<boolean>`LENGTH(device_rows.error_json) > ${sql.lit(MAX_JSON_LENGTH)}`)
    .where((eb) =>
      eb.or([
        eb('requests.txid', '>', txid),
        eb.and([eb('requests.txid', '=', txid), eb('device_rows.device', '>', device)]),
      ]),
    )
    .orderBy('requests.txid')
    .orderBy('device_rows.device')
    .limit(ROWS_PER_STEP)
    .execute();
}

async function cutOne(tables: Kysely<Tables>, { txid, device }: Key): Promise<void> {
  const row = await tables
    .selectFrom('device_rows')
    .select('error_json')
    .where('txid', '=', txid)
    .where('device', '=', device)
    .executeTakeFirstOrThrow();
  await tables
    .updateTable('device_rows')
    .set({ error_json: toErrorJson(cutTexts(readErrorText(row.error_json))) })
    .where('txid', '=', txid)
    .where('device', '=', device)
    .execute();
}

function cutTexts({ errorMessage, errorResponse }: DeviceErrorText): DeviceErrorText {
  return {
    errorMessage: cut(errorMessage),
    errorResponse:
      errorResponse === null
        ? null
        : {
            errorCode: cut(errorResponse.errorCode),
            errorMessage: cut(errorResponse.errorMessage),
            httpStatusCode: cut(errorResponse.httpStatusCode),
            detailErrorMessage: cut(errorResponse.detailErrorMessage),
          },
  };
}

function cut(text: string | null): string | null {
  return text === null ? null : cutText(text, MAX_TEXT_LENGTH);
}
