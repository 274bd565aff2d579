import type { Imei } from '../../domain/imei.ts';
import { settleKey } from './idempotency-keys.ts';
import type { Database, Transaction } from './database.ts';
import { expectDevices, upsertArrivals } from './device-rows.ts';
import { isNameless } from '../messages.ts';
import { toAsyncReport, type AsyncReportState } from '../async-report.ts';
import { toAccepted, toArrived, type ReportProgress } from '../progress.ts';
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
import { toReportTopic } from '../idempotency.ts';

export interface AddOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly quietMs: number;
  readonly deadlineMs: number;
}

/** Keeps accepted requests, together with what their messages brought before. */
export function createAdd({ database, now, quietMs, deadlineMs }: AddOptions): ReportStore['add'] {
  return async (request) => {
    const state = await database.write(async (transaction) => {
      const [row] = await lockOrCreateReports(transaction, new Map([[request.txid, request.acceptedAtMs]]));
      if (row === undefined) throw new StoreError('FAILED');
      const isKnown = row.stage === 'known';
      const isTaken = isKnown && (row.account_number !== request.accountNumber || row.owner !== request.owner);
      if (isTaken) throw new StoreError('TXID_TAKEN');
      if (request.lease !== null) settleKey(transaction, request.lease, request.txid);
      return isKnown ? toAsyncReportState(row) : makeKnown(transaction, row, request, { quietMs, deadlineMs });
    });
    return toAsyncReport(state, now());
  };
}

async function makeKnown(
  transaction: Transaction,
  row: ReportRow,
  request: NewAsyncReport,
  { quietMs, deadlineMs }: Pick<AddOptions, 'quietMs' | 'deadlineMs'>,
): Promise<AsyncReportState> {
  const { txid, accountNumber, owner, inputJson, expectedImeis, acceptedAtMs, upstreamStatus } = request;
  const devices = expectedImeis === null ? [] : [...new Set(expectedImeis)];
  await expectDevices(transaction, txid, devices);
  const [soleDevice = null] = devices.length === 1 ? devices : [];
  const before = soleDevice === null ? toReportProgress(row) : await nameErrors(transaction, row, soleDevice, quietMs);
  const acceptance = {
    expectedDevices: expectedImeis === null ? null : devices.length,
    missingDevices: await countMissing(transaction, txid),
    acceptedAtMs,
    upstreamStatus,
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

/** Gives an error that came before the request, and named no device, to the only device that it can mean; it takes the next arrival number. */
async function nameErrors(
  transaction: Transaction,
  row: ReportRow,
  imei: Imei,
  quietMs: number,
): Promise<ReportProgress> {
  const before = toReportProgress(row);
  if (before.namelessErrors === 0) return before;
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
  const [first] = nameless;
  if (first === undefined) return before;
  const message = {
    kind: 'error',
    txid,
    imei,
    ...readErrorText(first.error_json),
    receivedAtMs: first.received_at ?? 0,
  } as const;
  const change = await upsertArrivals(transaction, row, [{ device: imei, message }]);
  return toArrived({ ...before, namelessErrors: 0 }, change, quietMs);
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
