import type { Updateable } from 'kysely';
import { isAccountNumber } from '../../domain/account.ts';
import { toChunks, type ReportRow } from './tables.ts';
import type { Transaction } from './database.ts';
import type { AsyncReportState } from '../async-report.ts';
import type { ReportProgress } from '../progress.ts';
import { StoreError } from './store-error.ts';

/** What a text cannot have in both databases: it would come back as another. */
const UNKEEPABLE = /[\0\p{Cs}]/u;

/**
 * The rows of the transactions, by name, which nobody else changes until this is committed. One that has no row yet gets one,
 * to be known later or never; the values say when each was first heard of. Throws FAILED for a name that cannot be kept.
 */
export async function lockOrCreateReports(
  transaction: Transaction,
  heard: ReadonlyMap<string, number>,
): Promise<ReportRow[]> {
  const txids = [...heard.keys()];
  if (txids.some((txid) => UNKEEPABLE.test(txid))) throw new StoreError('FAILED');
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

/** Whoever locks or makes rows does it in this order; where two wait for each other all the same, the database has one try again. */
function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}

/** The rows of those transactions that have one, by name, which nobody else changes until this is committed. */
export async function lockReports(transaction: Transaction, txids: readonly string[]): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for (const chunk of toChunks([...txids].sort())) {
    const locked = await transaction.tables
      .selectFrom('requests')
      .selectAll()
      .where('txid', 'in', chunk)
      .orderBy('txid')
      .$if(transaction.locksRows, (query) => query.forUpdate())
      .execute();
    rows.push(...locked);
  }
  return rows;
}

/** Changes columns of a row that this transaction holds, at the latest with its commit. */
export function updateReport(transaction: Transaction, txid: string, columns: Updateable<ReportRow>): void {
  transaction.later(transaction.tables.updateTable('requests').set(columns).where('txid', '=', txid));
}

/** The columns that keep a progress. */
export function toProgressColumns(progress: ReportProgress) {
  return {
    expected_devices: progress.expectedDevices,
    changed_at: progress.changedAtMs,
    whole_at: progress.completedAtMs,
    quiet_at: progress.quietAtMs,
    usage_rows: progress.usageRows,
    failed_devices: progress.failedDevices,
    nameless_errors: progress.namelessErrors,
    missing_devices: progress.missingDevices,
    revision: progress.revision,
  } satisfies Updateable<ReportRow>;
}

/** The progress that a row keeps. */
export function toReportProgress(row: ReportRow): ReportProgress {
  return {
    expectedDevices: row.expected_devices,
    changedAtMs: row.changed_at,
    completedAtMs: row.whole_at,
    quietAtMs: row.quiet_at,
    usageRows: row.usage_rows,
    failedDevices: row.failed_devices,
    namelessErrors: row.nameless_errors,
    missingDevices: row.missing_devices,
    revision: row.revision,
  };
}

/** The request that a row keeps. Throws FAILED where the row is no request's. */
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
    revision: 0,
    last_seq: 0,
  };
}
