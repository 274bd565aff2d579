import type { AccountNumber } from '../domain/account.ts';
import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import { chooseError, mergeUsage } from '../domain/reported-twice.ts';
import type { Usage } from '../domain/usage-totals.ts';
import { isObject, readAnswer, readCount, readImei, readInt, readRows, readText, type WireObject } from './wire.ts';

/** The call whose response a device's outcome comes from. */
export interface UsageCall {
  readonly accountNumber: AccountNumber;
  /** Empty if the response has none. */
  readonly txid: string;
  readonly fetchedAtMs: number;
}

/** The usage of one device. */
export interface DeviceUsage extends Usage {
  readonly kind: 'usage';
  readonly imei: Imei;
  readonly call: UsageCall;
}

/** The platform's own description of an error. */
export interface UpstreamErrorMessage {
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly httpStatusCode: string | null;
  readonly detailErrorMessage: string | null;
}

/** Why there is no usage for a device. `imei` is null if the platform does not name the device. */
export interface DeviceUsageError {
  readonly kind: 'error';
  readonly imei: Imei | null;
  readonly errorMessage: string | null;
  readonly errorResponse: UpstreamErrorMessage | null;
  /** Null if no call for the device got a response. */
  readonly call: UsageCall | null;
  /** The error of the whole call; null if the error is about this device. */
  readonly failure: ReportError | null;
}

/** One response. Each device is in one of the lists, once, in the platform's order. */
export interface UsageAnswer {
  readonly call: UsageCall;
  readonly usage: readonly DeviceUsage[];
  readonly errors: readonly DeviceUsageError[];
}

/**
 * Reads the response of an aggregate call. A device is in `usage` if the response has usage for it, otherwise in `errors`. A
 * usage row without an IMEI becomes an error without one, so that it is not lost unnoticed. Throws UPSTREAM_UNAVAILABLE if the
 * response does not match the contract. `hide` replaces secrets in the platform's texts.
 */
export function toUsageAnswer(
  value: unknown,
  accountNumber: AccountNumber,
  fetchedAtMs: number,
  hide: (text: string) => string,
): UsageAnswer {
  const answer = readAnswer(value, ['txid', 'usage', 'errors']);
  const call = { accountNumber, txid: readText(answer['txid']) ?? '', fetchedAtMs };
  const nameless: DeviceUsageError[] = [];
  const usage = readUsage(readRows(answer['usage']), call, nameless);
  const errors = readErrors(readRows(answer['errors']), call, usage, nameless, hide);
  return { call, usage, errors: [...errors, ...nameless] };
}

/** Each device's usage once, in the platform's order. Rows sorted by IMEI have no duplicates and need no lookup table of thousands. */
function readUsage(rows: readonly WireObject[], call: UsageCall, nameless: DeviceUsageError[]): DeviceUsage[] {
  const usage: DeviceUsage[] = [];
  let positions: Map<Imei, number> | null = null;
  let highest = '';
  for (const row of rows) {
    const imei = readImei(row['imei']);
    if (imei === null) {
      nameless.push(toNamelessRow(call));
      continue;
    }
    if (imei > highest) highest = imei;
    else positions ??= new Map(usage.map((device, position) => [device.imei, position]));
    const position = positions?.get(imei) ?? usage.length;
    usage[position] = toDeviceUsage(imei, row, usage[position], call);
    positions?.set(imei, position);
  }
  return usage;
}

/** One error of each device that has no usage. */
function readErrors(
  rows: readonly WireObject[],
  call: UsageCall,
  usage: readonly DeviceUsage[],
  nameless: DeviceUsageError[],
  hide: (text: string) => string,
): Iterable<DeviceUsageError> {
  const errors = new Map<Imei, DeviceUsageError>();
  const withUsage = new Set(rows.length === 0 ? [] : usage.map(({ imei }) => imei));
  for (const row of rows) {
    const error = toDeviceUsageError(row, call, hide);
    if (error.imei === null) nameless.push(error);
    else if (!withUsage.has(error.imei)) {
      const reported = errors.get(error.imei);
      errors.set(error.imei, reported === undefined ? error : chooseError(reported, error));
    }
  }
  return errors.values();
}

/** The usage in a row, merged with what another row reported of the same device. */
function toDeviceUsage(imei: Imei, row: WireObject, reported: DeviceUsage | undefined, call: UsageCall): DeviceUsage {
  const numberOfSessions = readInt(row['numberOfSessions']);
  const usage = { numberOfSessions, bytesTransferred: readCount(row['bytesTransferred']) };
  return { kind: 'usage', imei, ...(reported === undefined ? usage : mergeUsage(reported, usage)), call };
}

function toNamelessRow(call: UsageCall): DeviceUsageError {
  const errorMessage = 'The platform returned usage without saying for which device.';
  return { kind: 'error', imei: null, errorMessage, errorResponse: null, call, failure: null };
}

function toDeviceUsageError(row: WireObject, call: UsageCall, hide: (text: string) => string): DeviceUsageError {
  const response = row['errorResponse'];
  const imei = readImei(row['imei']);
  const errorMessage = readWords(row['errorMessage'], hide);
  const errorResponse = isObject(response) ? readErrorResponse(response, hide) : null;
  return { kind: 'error', imei, errorMessage, errorResponse, call, failure: null };
}

/** Reads the platform's error for a device; `hide` replaces secrets in its texts. */
export function readErrorResponse(response: WireObject, hide: (text: string) => string): UpstreamErrorMessage {
  return {
    errorCode: readWords(response['errorCode'], hide),
    errorMessage: readWords(response['errorMessage'], hide),
    httpStatusCode: readWords(response['httpStatusCode'], hide),
    detailErrorMessage: readWords(response['detailErrorMessage'], hide),
  };
}

/** A text from the platform with secrets replaced; null if the value is neither a text nor an integer. */
export function readWords(value: unknown, hide: (text: string) => string): string | null {
  const text = readText(value);
  return text === null ? null : hide(text);
}
