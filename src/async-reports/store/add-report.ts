import { toAsyncReport, type AsyncReportState } from '../async-report.ts';
import { toReportTopic } from '../idempotency.ts';
import { toAccepted, type ReportProgress } from '../progress.ts';
import type { Database, Transaction } from './database.ts';
import { expectDevices, separateUnexpected } from './device-rows.ts';
import { hasSettledKey, settleKey } from './idempotency-keys.ts';
import {
  lockOrCreateReports,
  toProgressColumns,
  toReportProgress,
  toAsyncReportState,
  updateReport,
} from './report-rows.ts';
import type { NewAsyncReport, ReportStore } from './store.ts';
import { StoreError } from './store-error.ts';
import { OUTCOME, type LockedReport } from './tables.ts';

export interface AddOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly quietMs: number;
  readonly deadlineMs: number;
}

/** Stores accepted reports, and adds the messages that arrived before the acceptance. */
export function createAdd({ database, now, quietMs, deadlineMs }: AddOptions): ReportStore['add'] {
  return async (report) => {
    const state = await database.write(async (transaction) => {
      const [row] = await lockOrCreateReports(transaction, new Map([[report.txid, report.acceptedAtMs]]));
      if (row === undefined) throw new StoreError('FAILED');
      const isKnown = row.stage === 'known';
      if (isKnown && !(await isSameRequest(transaction, row, report))) throw new StoreError('TXID_TAKEN');
      if (report.lease !== null) settleKey(transaction, report.lease, report.txid);
      return isKnown ? readState(transaction, row) : makeKnown(transaction, row, report, { quietMs, deadlineMs });
    });
    return toAsyncReport(state, now());
  };
}

async function readState({ tables }: Transaction, row: LockedReport): Promise<AsyncReportState> {
  const { input_json } = await tables
    .selectFrom('requests')
    .select('input_json')
    .where('txid', '=', row.txid)
    .executeTakeFirstOrThrow();
  return toAsyncReportState({ ...row, input_json });
}

/** A report is added again if the answer to its first commit was lost. */
async function isSameRequest(transaction: Transaction, row: LockedReport, report: NewAsyncReport): Promise<boolean> {
  if (row.account_number !== report.accountNumber || row.owner !== report.owner) return false;
  return report.lease === null || (await hasSettledKey(transaction, report.lease, report.txid));
}

async function makeKnown(
  transaction: Transaction,
  row: LockedReport,
  report: NewAsyncReport,
  { quietMs, deadlineMs }: Pick<AddOptions, 'quietMs' | 'deadlineMs'>,
): Promise<AsyncReportState> {
  const { txid, accountNumber, owner, inputJson, expectedImeis, isFiltered, acceptedAtMs, status } = report;
  const devices = expectedImeis === null ? [] : [...new Set(expectedImeis)];
  await expectDevices(transaction, txid, devices);
  const arrived = toReportProgress(row);
  const before = expectedImeis === null ? arrived : await withoutUnexpected(transaction, txid, arrived);
  const acceptance = {
    expectedDevices: expectedImeis === null ? null : devices.length,
    missingDevices: await countMissing(transaction, txid),
    isFiltered: isFiltered && expectedImeis !== null,
    acceptedAtMs,
    upstreamStatus: status,
  };
  const columns = {
    ...toProgressColumns(toAccepted(before, acceptance, quietMs)),
    stage: 'known' as const,
    account_number: accountNumber,
    owner,
    input_json: inputJson,
    requested_at: acceptedAtMs,
    expires_at: acceptedAtMs + deadlineMs,
    last_seq: row.last_seq + 1,
  };
  updateReport(transaction, txid, columns);
  transaction.notify(toReportTopic(txid));
  return toAsyncReportState({ ...row, ...columns });
}

/** What arrived of devices that were not requested no longer counts as results. */
async function withoutUnexpected(
  transaction: Transaction,
  txid: string,
  before: ReportProgress,
): Promise<ReportProgress> {
  const { unexpectedDevices, unexpectedErrors } = await separateUnexpected(transaction, txid);
  return {
    ...before,
    usageRows: before.usageRows - unexpectedDevices,
    unexpectedDevices,
    failedDevices: before.failedDevices - unexpectedErrors,
    otherErrors: before.otherErrors + unexpectedErrors,
    unexpectedErrors,
  };
}

async function countMissing({ tables }: Transaction, txid: string): Promise<number> {
  const { missing } = await tables
    .selectFrom('device_rows')
    .select((eb) => eb.fn.countAll<number>().as('missing'))
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.missing)
    .executeTakeFirstOrThrow();
  return missing;
}
