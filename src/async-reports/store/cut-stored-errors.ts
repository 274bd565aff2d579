import { sql, type Kysely } from 'kysely';
import { cutText, MAX_TEXT_CHARACTERS } from '../../domain/cut-text.ts';
import type { DeviceErrorText } from '../../domain/device-usage.ts';
import { toErrorJson } from '../../domain/reported-twice.ts';
import { readErrorText } from './stored-rows.ts';
import { OUTCOME, type Tables } from './tables.ts';

/** Longer than five texts of that length with their names. Texts that JSON has to escape can be longer; they are cut again. */
const MAX_JSON_LENGTH = 3_000;

/**
 * Cuts the texts of stored errors, which earlier versions stored whole. A long row makes every later write to its table slow. Reads
 * no rows of usage, and only one error at a time is in memory with its whole text.
 */
export async function cutStoredErrors(tables: Kysely<Tables>): Promise<void> {
  const reports = await tables
    .selectFrom('requests')
    .select('txid')
    .where((eb) => eb.or([eb('failed_devices', '>', 0), eb('nameless_errors', '>', 0)]))
    .execute();
  for (const { txid } of reports) {
    for (const { device } of await findLong(tables, txid)) await cutOne(tables, { txid, device });
  }
}

interface Key {
  readonly txid: string;
  readonly device: string;
}

function findLong(tables: Kysely<Tables>, txid: string): Promise<Pick<Key, 'device'>[]> {
  return tables
    .selectFrom('device_rows')
    .select('device')
    .where('txid', '=', txid)
    .where('outcome', '=', sql.lit(OUTCOME.error))
    .where(sql<boolean>`LENGTH(error_json) > ${sql.lit(MAX_JSON_LENGTH)}`)
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
  return text === null ? null : cutText(text, MAX_TEXT_CHARACTERS);
}
