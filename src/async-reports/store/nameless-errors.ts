import { isNameless, type Arrival } from '../messages.ts';
import type { Transaction } from './database.ts';
import type { ReportRow } from './tables.ts';

/** Errors without an IMEI that are stored of one report. They account for no device, and those of a few kinds are all that is useful. */
const MAX_NAMELESS_ERRORS = 1_000;

/** Returns the arrivals without the errors without an IMEI beyond the first 1,000 of a report. An arrival of a device is never left out. */
export async function boundNamelessErrors(
  { tables }: Transaction,
  { txid, nameless_errors }: Pick<ReportRow, 'txid' | 'nameless_errors'>,
  arrivals: readonly Arrival[],
): Promise<readonly Arrival[]> {
  const nameless = arrivals.filter(({ device }) => isNameless(device)).length;
  if (nameless_errors + nameless <= MAX_NAMELESS_ERRORS) return arrivals;
  const stored = await tables
    .selectFrom('device_rows')
    .select('device')
    .where('txid', '=', txid)
    .where('device', '<', '0')
    .limit(MAX_NAMELESS_ERRORS)
    .execute();
  const known = new Set(stored.map(({ device }) => device));
  // Not the counter, which also counts errors of devices that were not requested.
  let room = MAX_NAMELESS_ERRORS - known.size;
  return arrivals.filter(({ device }) => {
    if (!isNameless(device) || known.has(device)) return true;
    room -= 1;
    return room >= 0;
  });
}
