import type { Updateable } from 'kysely';
import { isAccountNumber } from '../../domain/account.ts';
import type { AsyncReportState } from '../async-report.ts';
import type { ReportProgress } from '../progress.ts';
import type { Transaction } from './database.ts';
import { StoreError } from './store-error.ts';
import { toChunks, type LockedReport, type ReportRow } from './tables.ts';
import { UNKNOWN_TRANSACTION_BYTES } from './unknown-transactions.ts';

const LOCKED_COLUMNS = [
  'txid',
  'stage',
  'account_number',
  'owner',
  'expected_devices',
  'sole_device',
  'requested_at',
  'expires_at',
  'changed_at',
  'whole_at',
  'quiet_at',
  'usage_rows',
  'failed_devices',
  'nameless_errors',
  'missing_devices',
  'unexpected_devices',
  'unexpected_errors',
  'filtered',
  'revision',
  'last_seq',
  'unknown_bytes',
] as const;

/** NUL and lone surrogates: the databases do not return them unchanged. */
const NOT_STORABLE = /[\0\p{Cs}]/u;

/**
 * Returns the rows of the transactions, sorted by txid and locked until the commit. A transaction without a row gets one in the
 * stage `unknown`. The values of `heard` are the times of the first messages. Rejects with FAILED if a txid cannot be stored.
 */
export async function lockOrCreateReports(
  transaction: Transaction,
  heard: ReadonlyMap<string, number>,
): Promise<LockedReport[]> {
  const txids = [...heard.keys()];
  for (;;) {
    const rows = await lockReports(transaction, txids);
    if (rows.length === heard.size) return rows;
    const found = new Set(rows.map(({ txid }) => txid));
    await startUnknown(
      transaction,
      [...heard].filter(([txid]) => !found.has(txid)),
    );
  }
}

async function startUnknown({ tables }: Transaction, heard: readonly (readonly [string, number])[]): Promise<void> {
  for (const chunk of toChunks([...heard].sort(byName))) {
    await tables
      .insertInto('requests')
      .values(chunk.map(([txid, atMs]) => toUnknownRow(txid, atMs)))
      .onConflict((conflict) => conflict.column('txid').doNothing())
      .execute();
  }
}

/** Rows are always locked and created in this order, to avoid deadlocks. If one occurs all the same, the transaction is retried. */
function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

/**
 * Returns the existing rows of the transactions, sorted by txid and locked until the commit. Rejects with FAILED if a txid cannot be stored.
 */
export async function lockReports(transaction: Transaction, txids: readonly string[]): Promise<LockedReport[]> {
  if (txids.some((txid) => NOT_STORABLE.test(txid))) throw new StoreError('FAILED');
  const rows: LockedReport[] = [];
  for (const chunk of toChunks([...txids].sort())) {
    const query = transaction.tables
      .selectFrom('requests')
      .select(LOCKED_COLUMNS)
      .where('txid', 'in', chunk)
      .orderBy('txid')
      .$if(transaction.locksRows, (select) => select.forUpdate());
    rows.push(...(await transaction.send(query)));
  }
  return rows;
}

/** Updates columns of a locked row, at the latest with the commit. */
export function updateReport(transaction: Transaction, txid: string, columns: Updateable<ReportRow>): void {
  transaction.later(transaction.tables.updateTable('requests').set(columns).where('txid', '=', txid));
}

/** Converts a progress to its columns. */
export function toProgressColumns(progress: ReportProgress) {
  return {
    expected_devices: progress.expectedDevices,
    changed_at: progress.changedAtMs,
    whole_at: progress.completedAtMs,
    quiet_at: progress.quietAtMs,
    usage_rows: progress.usageRows,
    failed_devices: progress.failedDevices,
    nameless_errors: progress.otherErrors,
    missing_devices: progress.missingDevices,
    unexpected_devices: progress.unexpectedDevices,
    unexpected_errors: progress.unexpectedErrors,
    filtered: progress.isFiltered ? 1 : 0,
    revision: progress.revision,
  } satisfies Updateable<ReportRow>;
}

/** Reads the progress from a row. */
export function toReportProgress(row: LockedReport): ReportProgress {
  return {
    expectedDevices: row.expected_devices,
    changedAtMs: row.changed_at,
    completedAtMs: row.whole_at,
    quietAtMs: row.quiet_at,
    usageRows: row.usage_rows,
    failedDevices: row.failed_devices,
    otherErrors: row.nameless_errors,
    unexpectedErrors: row.unexpected_errors,
    missingDevices: row.missing_devices,
    unexpectedDevices: row.unexpected_devices,
    isFiltered: row.filtered === 1,
    revision: row.revision,
  };
}

/** Reads a report from a row in the stage `known`. Throws FAILED for another row. */
export function toAsyncReportState(row: ReportRow): AsyncReportState {
  if (!isAccountNumber(row.account_number)) throw new StoreError('FAILED');
  return {
    ...toReportProgress(row),
    txid: row.txid,
    accountNumber: row.account_number,
    owner: row.owner,
    inputJson: row.input_json,
    requestedAtMs: row.requested_at,
    expiresAtMs: row.expires_at,
  };
}

function toUnknownRow(txid: string, heardAtMs: number): ReportRow {
  return {
    txid,
    stage: 'unknown',
    account_number: '',
    owner: '',
    input_json: '',
    expected_devices: null,
    sole_device: null,
    requested_at: heardAtMs,
    expires_at: heardAtMs,
    changed_at: heardAtMs,
    whole_at: null,
    quiet_at: null,
    usage_rows: 0,
    failed_devices: 0,
    nameless_errors: 0,
    missing_devices: 0,
    unexpected_devices: 0,
    unexpected_errors: 0,
    filtered: 0,
    revision: 0,
    last_seq: 0,
    unknown_bytes: UNKNOWN_TRANSACTION_BYTES,
  };
}
