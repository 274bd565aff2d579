import { sql } from 'kysely';
import type { Imei } from '../../domain/imei.ts';
import { toReportTopic } from '../idempotency.ts';
import { NOTHING_ERASED, toCompletedAtMs, toErased, type ErasedRows } from '../progress.ts';
import type { Database, Transaction } from './database.ts';
import { eraseDeadLetters } from './erase-dead-letters.ts';
import { eraseFromLists } from './erase-from-lists.ts';
import { eraseRecorded } from './record-removal.ts';
import { lockReports, toProgressColumns, toReportProgress, updateReport } from './report-rows.ts';
import type { ErasureOutcome, ReportStore } from './store.ts';
import { OUTCOME, type DeviceRow, type LockedReport } from './tables.ts';

const REPORTS_PER_PAGE = 200;
const REPORTS_PER_COMMIT = 20;
/** What takes the place of an IMEI in the text of an error. */
const ERASED = '(erased)';
/** The notification topic of erasures, and the key of the note that has a new value after each. */
const ERASURES = 'erasures';

export interface EraseDeviceOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly newToken: () => string;
}

/** Erases devices, in commits of bounded size. If that is interrupted, the next run continues. */
export function createEraseDevice({
  database,
  now,
  newToken,
}: EraseDeviceOptions): Pick<ReportStore, 'eraseDevice' | 'lastErasure' | 'onErasure'> {
  return {
    eraseDevice: (imei) =>
      database.whileErasing(async () => {
        // Before the reports, so that a part that is sent meanwhile is among those.
        const lists = await eraseFromLists(database, imei);
        const outcomes: ErasedReports[] = [];
        for (let after: string | null = ''; after !== null;) {
          const page: ReportsPage = await findReports(database, imei, after);
          for (const txids of toGroups(page.concerned))
            outcomes.push(await database.write((transaction) => eraseFrom(transaction, txids, imei, now())));
          after = page.last;
        }
        const recordedDays = await eraseRecorded(database, imei);
        const deadLetters = await eraseDeadLetters(database, imei);
        await database.write((transaction) => announce(transaction, newToken()));
        const sum = (name: keyof ErasedReports): number => outcomes.reduce((total, each) => total + each[name], 0);
        return {
          reports: sum('reports'),
          openReports: sum('openReports'),
          rows: sum('rows'),
          recordedDays,
          deadLetters,
          lists,
        };
      }),
    lastErasure: () =>
      database.readOwn(async (tables) => {
        const note = await tables.selectFrom('notes').select('json').where('key', '=', ERASURES).executeTakeFirst();
        return note?.json ?? null;
      }),
    onErasure: (listener) => database.subscribe(ERASURES, listener),
  };
}

type ErasedReports = Omit<ErasureOutcome, 'deadLetters' | 'lists' | 'recordedDays'>;

interface ReportsPage {
  /** Transactions that have the device, or an error that names it. */
  readonly concerned: readonly string[];
  /** The last transaction that was looked at; null if there are no more. */
  readonly last: string | null;
}

/** Looks through the next transactions for the device. */
function findReports(database: Database, imei: Imei, after: string): Promise<ReportsPage> {
  return database.readOwn(async (tables) => {
    const page = await tables
      .selectFrom('requests')
      .select('txid')
      .where('txid', '>', after)
      .orderBy('txid')
      .limit(REPORTS_PER_PAGE)
      .execute();
    const txids = page.map(({ txid }) => txid);
    if (txids.length === 0) return { concerned: [], last: null };
    // Two statements, because each has an index of its own.
    const inPage = tables.selectFrom('device_rows').select('txid').distinct().where('txid', 'in', txids);
    const withDevice = await inPage.where('device', '=', imei).execute();
    const withError = await inPage.where(namesDevice(imei)).execute();
    const concerned = new Set([...withDevice, ...withError].map(({ txid }) => txid));
    return { concerned: [...concerned], last: txids.length < REPORTS_PER_PAGE ? null : (txids.at(-1) ?? null) };
  });
}

function* toGroups(txids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < txids.length; at += REPORTS_PER_COMMIT) yield txids.slice(at, at + REPORTS_PER_COMMIT);
}

/** Whether the text of an error contains the IMEI. */
function namesDevice(imei: Imei) {
  return sql<boolean>`outcome = ${sql.lit(OUTCOME.error)} AND error_json LIKE ${`%${imei}%`}`;
}

/** Removes the device from reports, in one commit. Their counts stay right, and their subscribers are notified. */
async function eraseFrom(
  transaction: Transaction,
  txids: readonly string[],
  imei: Imei,
  nowMs: number,
): Promise<ErasedReports> {
  const { tables } = transaction;
  const reports = await lockReports(transaction, txids);
  const removed = await tables
    .deleteFrom('device_rows')
    .where('txid', 'in', txids)
    .where('device', '=', imei)
    .returning(['txid', 'expected', 'outcome'])
    .execute();
  const named = await tables
    .updateTable('device_rows')
    .set({ error_json: sql<string>`REPLACE(error_json, ${imei}, ${ERASED})` })
    .where('txid', 'in', txids)
    .where(namesDevice(imei))
    .returning('txid')
    .execute();
  const byTxid = new Map(removed.map((row) => [row.txid, row]));
  for (const report of reports) {
    const row = byTxid.get(report.txid);
    const erased = row === undefined ? NOTHING_ERASED : toErasedRows(report, row);
    updateReport(transaction, report.txid, {
      ...toProgressColumns(toErased(toReportProgress(report), erased, nowMs)),
      sole_device: report.sole_device === imei ? null : report.sole_device,
    });
    transaction.notify(toReportTopic(report.txid));
  }
  return {
    reports: reports.length,
    openReports: reports.filter((report) => toCompletedAtMs(toReportProgress(report), nowMs) === null).length,
    rows: removed.length + named.length,
  };
}

/** Which counts of a report its row of the device was part of. */
function toErasedRows(
  { stage, expected_devices }: LockedReport,
  { expected, outcome }: Pick<DeviceRow, 'expected' | 'outcome'>,
): ErasedRows {
  const isListed = stage === 'known' && expected_devices !== null;
  const isFailure = outcome === OUTCOME.error && (!isListed || expected === 1);
  return {
    expectedDevices: isListed ? expected : 0,
    missingDevices: outcome === OUTCOME.missing ? 1 : 0,
    usageRows: outcome === OUTCOME.usage ? 1 : 0,
    failedDevices: isFailure ? 1 : 0,
    // The row is of a device, so an error that is no failure is one of a device that was not requested.
    otherErrors: outcome === OUTCOME.error && !isFailure ? 1 : 0,
    unexpectedErrors: outcome === OUTCOME.error && !isFailure ? 1 : 0,
    unexpectedDevices: outcome === OUTCOME.unexpected ? 1 : 0,
  };
}

/** Tells every process that what it remembers of devices has to go, without naming one. */
async function announce(transaction: Transaction, token: string): Promise<void> {
  await transaction.tables
    .insertInto('notes')
    .values({ key: ERASURES, json: JSON.stringify(token) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ json: sql<string>`excluded.json` }))
    .execute();
  transaction.notify(ERASURES);
}
