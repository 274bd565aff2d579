import type { Imei } from '../../domain/imei.ts';
import { settleClaim } from './idempotency-keys.ts';
import type { Database, WriteScope } from './database.ts';
import { expectDevices, upsertArrivals } from './device-rows.ts';
import { isNameless } from '../messages.ts';
import { toReportRequest, type RequestState } from '../async-report.ts';
import { toAccepted, toArrived, type RequestProgress } from '../progress.ts';
import { holdRequests, toProgressColumns, toRequestProgress, toRequestState, updateRequest } from './report-rows.ts';
import type { NewReportRequest, RequestStore } from './store.ts';
import { StoreError } from './store-error.ts';
import { readErrorText } from './stored-rows.ts';
import { OUTCOME, type RequestRow } from './tables.ts';
import { toRequestTopic } from '../idempotency.ts';

export interface AddOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly quietMs: number;
  readonly deadlineMs: number;
}

/** Keeps accepted requests, together with what their messages brought before. */
export function createAdd({ database, now, quietMs, deadlineMs }: AddOptions): RequestStore['add'] {
  return async (request) => {
    const state = await database.write(async (scope) => {
      const [row] = await holdRequests(scope, new Map([[request.txid, request.acceptedAtMs]]));
      if (row === undefined) throw new StoreError('FAILED');
      const isKnown = row.stage === 'known';
      const isTaken = isKnown && (row.account_number !== request.accountNumber || row.owner !== request.owner);
      if (isTaken) throw new StoreError('TXID_TAKEN');
      if (request.claim !== null) settleClaim(scope, request.claim, request.txid);
      return isKnown ? toRequestState(row) : makeKnown(scope, row, request, { quietMs, deadlineMs });
    });
    return toReportRequest(state, now());
  };
}

async function makeKnown(
  scope: WriteScope,
  row: RequestRow,
  request: NewReportRequest,
  { quietMs, deadlineMs }: Pick<AddOptions, 'quietMs' | 'deadlineMs'>,
): Promise<RequestState> {
  const { txid, accountNumber, owner, inputJson, expectedImeis, acceptedAtMs, upstreamStatus } = request;
  const devices = expectedImeis === null ? [] : [...new Set(expectedImeis)];
  await expectDevices(scope, txid, devices);
  const [soleDevice = null] = devices.length === 1 ? devices : [];
  const before = soleDevice === null ? toRequestProgress(row) : await nameErrors(scope, row, soleDevice, quietMs);
  const acceptance = {
    expectedDevices: expectedImeis === null ? null : devices.length,
    missingDevices: await countMissing(scope, txid),
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
  updateRequest(scope, txid, columns);
  scope.tell(toRequestTopic(txid));
  return toRequestState({ ...row, ...columns });
}

/** Gives an error that came before the request, and named no device, to the only device that it can mean; it takes the next arrival number. */
async function nameErrors(scope: WriteScope, row: RequestRow, imei: Imei, quietMs: number): Promise<RequestProgress> {
  const before = toRequestProgress(row);
  if (before.namelessErrors === 0) return before;
  const { txid } = row;
  const errors = await scope.tables
    .selectFrom('device_rows')
    .select(['device', 'error_json', 'received_at'])
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.error)
    .orderBy('seq')
    .execute();
  const nameless = errors.filter(({ device }) => isNameless(device));
  await scope.tables
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
  const change = await upsertArrivals(scope, row, [{ device: imei, message }]);
  return toArrived({ ...before, namelessErrors: 0 }, change, quietMs);
}

async function countMissing({ tables }: WriteScope, txid: string): Promise<number> {
  const { missing } = await tables
    .selectFrom('device_rows')
    .select((eb) => eb.fn.countAll<number>().as('missing'))
    .where('txid', '=', txid)
    .where('outcome', '=', OUTCOME.missing)
    .executeTakeFirstOrThrow();
  return missing;
}
