import type { AccountNumber } from '../domain/account.ts';
import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { Usage } from '../domain/usage-totals.ts';
import { isObject, readAnswer, readCount, readImei, readInt, readRows, readText, type WireObject } from './wire.ts';

/** Where a device's outcome comes from: one answer of the platform. */
export interface UsageCall {
  readonly accountNumber: AccountNumber;
  /** Empty where the answer has none. */
  readonly txid: string;
  readonly fetchedAtMs: number;
}

export interface DeviceUsage extends Usage {
  readonly kind: 'usage';
  readonly imei: Imei;
  readonly call: UsageCall;
}

export interface UpstreamErrorMessage {
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly httpStatusCode: string | null;
  readonly detailErrorMessage: string | null;
}

export interface DeviceUsageError {
  readonly kind: 'error';
  readonly imei: Imei | null;
  readonly errorMessage: string | null;
  readonly errorResponse: UpstreamErrorMessage | null;
  /** Null where no call that asked for the device was answered. */
  readonly call: UsageCall | null;
  /** What failed, where it was the whole call. */
  readonly failure: ReportError | null;
}

/** One answer: the devices in it, in the platform's order, each in one of the lists and there once. */
export interface UsageAnswer {
  readonly call: UsageCall;
  readonly usage: readonly DeviceUsage[];
  readonly errors: readonly DeviceUsageError[];
}

/**
 * What an aggregate call answered, each device once: in usage where the answer has figures of it, else in errors. A row of usage
 * that names no device becomes an error without one, so that no figures are left out unseen. Throws UPSTREAM_UNAVAILABLE for an
 * answer that is not of the contract's form. `hide` takes out of the platform's words what nobody may see.
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

/** Each device's usage once, in the platform's order. Rows in the order of their IMEIs have none twice, and need no table of thousands. */
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

/** Each device's first error, of those without usage. */
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
    else if (!withUsage.has(error.imei) && !errors.has(error.imei)) errors.set(error.imei, error);
  }
  return errors.values();
}

/** Where the platform tells a device's figures twice, only what it tells alike can be trusted. */
function toDeviceUsage(imei: Imei, row: WireObject, reported: DeviceUsage | undefined, call: UsageCall): DeviceUsage {
  const numberOfSessions = readInt(row['numberOfSessions']);
  const bytesTransferred = readCount(row['bytesTransferred']);
  return {
    kind: 'usage',
    imei,
    numberOfSessions:
      reported === undefined || reported.numberOfSessions === numberOfSessions ? numberOfSessions : null,
    bytesTransferred:
      reported === undefined || reported.bytesTransferred === bytesTransferred ? bytesTransferred : null,
    call,
  };
}

function toNamelessRow(call: UsageCall): DeviceUsageError {
  const errorMessage = 'The platform told figures of a device without saying of which.';
  return { kind: 'error', imei: null, errorMessage, errorResponse: null, call, failure: null };
}

function toDeviceUsageError(row: WireObject, call: UsageCall, hide: (text: string) => string): DeviceUsageError {
  const response = row['errorResponse'];
  const imei = readImei(row['imei']);
  const errorMessage = readWords(row['errorMessage'], hide);
  const errorResponse = isObject(response) ? readErrorResponse(response, hide) : null;
  return { kind: 'error', imei, errorMessage, errorResponse, call, failure: null };
}

/** The platform's words about a device, without what `hide` takes out. */
export function readErrorResponse(response: WireObject, hide: (text: string) => string): UpstreamErrorMessage {
  return {
    errorCode: readWords(response['errorCode'], hide),
    errorMessage: readWords(response['errorMessage'], hide),
    httpStatusCode: readWords(response['httpStatusCode'], hide),
    detailErrorMessage: readWords(response['detailErrorMessage'], hide),
  };
}

export function readWords(value: unknown, hide: (text: string) => string): string | null {
  const text = readText(value);
  return text === null ? null : hide(text);
}
