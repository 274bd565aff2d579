import type { Imei } from '../../domain/imei.ts';
import { toAsyncReport, type AsyncReportState } from '../async-report.ts';
import { toReportTopic } from '../idempotency.ts';
import { isNameless, mergeByDevice } from '../messages.ts';
import { toAccepted, toArrived, type ReportProgress } from '../progress.ts';
import type { Database, Transaction } from './database.ts';
import { expectDevices, separateUnexpected, upsertArrivals } from './device-rows.ts';
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
import { readErrorText } from './stored-rows.ts';
import { OUTCOME, type ReportRow } from './tables.ts';

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
      return isKnown ? toAsyncReportState(row) : makeKnown(transaction, row, report, { quietMs, deadlineMs });
    });
    return toAsyncReport(state, now());
  };
}

/** A report is added again if the answer to its first commit was lost. */
async function isSameRequest(transaction: Transaction, row: ReportRow, report: NewAsyncReport): Promise<boolean> {
  if (row.account_number !== report.accountNumber || row.owner !== report.owner) return false;
  return report.lease === null || (await hasSettledKey(transaction, report.lease, report.txid));
}

async function makeKnown(
  transaction: Transaction,
  row: ReportRow,
  report: NewAsyncReport,
  { quietMs, deadlineMs }: Pick<AddOptions, 'quietMs' | 'deadlineMs'>,
): Promise<AsyncReportState> {
  const { txid, accountNumber, owner, inputJson, expectedImeis, isFiltered, acceptedAtMs, status } = report;
  const devices = expectedImeis === null ? [] : [...new Set(expectedImeis)];
  await expectDevices(transaction, txid, devices);
  const [soleDevice = null] = devices.length === 1 ? devices : [];
  const arrived = soleDevice === null ? toReportProgress(row) : await nameErrors(transaction, row, soleDevice, quietMs);
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
    sole_device: soleDevice,
    requested_at: acceptedAtMs,
    expires_at: acceptedAtMs + deadlineMs,
    last_seq: row.last_seq + 1,
  };
  updateReport(transaction, txid, columns);
  transaction.notify(toReportTopic(txid));
  return toAsyncReportState({ ...row, ...columns });
}

/** Assigns the errors without an IMEI that arrived before the acceptance to the report's only device. They get the next sequence number. */
async function nameErrors(
  transaction: Transaction,
  row: ReportRow,
  imei: Imei,
  quietMs: number,
): Promise<ReportProgress> {
  const before = toReportProgress(row);
  if (before.otherErrors === 0) return before;
  const { txid } = row;
  const errors = await transaction.tables
    .selectFrom('device_rows')
    .select(['device', 'error_json', 'received_at'])
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.error)
    .orderBy('seq')
    .execute();
  const nameless = errors.filter(({ device }) => isNameless(device));
  await transaction.tables
    .deleteFrom('device_rows')
    .where('txid', '=', txid)
    .where(
      'device',
      'in',
      nameless.map(({ device }) => device),
    )
    .execute();
  const messages = nameless.map(({ error_json, received_at }) => ({
    kind: 'error' as const,
    txid,
    imei,
    ...readErrorText(error_json),
    receivedAtMs: received_at ?? 0,
  }));
  const change = await upsertArrivals(transaction, row, mergeByDevice(messages, imei));
  return toArrived({ ...before, otherErrors: 0 }, change, quietMs);
}

/** What arrived of devices that were not requested no longer counts as results. */
async function withoutUnexpected(
  transaction: Transaction,
  txid: string,
  before: ReportProgress,
): Promise<ReportProgress> {
  const { unexpectedDevices, otherErrors } = await separateUnexpected(transaction, txid);
  return {
    ...before,
    usageRows: before.usageRows - unexpectedDevices,
    unexpectedDevices,
    failedDevices: before.failedDevices - otherErrors,
    otherErrors: before.otherErrors + otherErrors,
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
