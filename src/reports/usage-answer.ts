import { isObject, type JsonObject } from '../domain/json.ts';
import type { AccountNumber } from '../domain/account.ts';
import { toShownText } from '../domain/cut-text.ts';
import type { DeviceError, DeviceErrorText, DeviceUsage, UpstreamErrorMessage, Usage } from '../domain/device-usage.ts';
import type { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import { chooseError, mergeUsage } from '../domain/reported-twice.ts';
import { readInSlices } from './row-slices.ts';
import { readAnswer, readCount, readImei, readInt, readRows, readText, readTxid } from './wire.ts';

/** The call whose response a device's outcome comes from. */
export interface UsageCall {
  readonly accountNumber: AccountNumber;
  /** Empty if the response has none. */
  readonly txid: string;
  readonly fetchedAtMs: number;
  /** Whether its usage is final, as far as this server knows. */
  readonly settled: boolean;
  /** Calls that were sent later have greater numbers. */
  readonly sequence: number;
  /** Errors of the response without an IMEI; only with the outcomes that they may be about. */
  readonly nameless: readonly FetchedError[];
  /** Usage and errors in the response of devices that the call did not name; omitted if there are none. */
  readonly unexpected?: readonly (FetchedUsage | FetchedError)[];
}

/** The usage of one device, and the call that fetched it. */
export interface FetchedUsage extends DeviceUsage {
  readonly call: UsageCall;
}

/** Why no usage was fetched for a device. */
export interface FetchedError extends DeviceError {
  /** Null if no call for the device got a response. */
  readonly call: UsageCall | null;
  /** The error of the whole call; null if the error is about this device. */
  readonly failure: ReportError | null;
}

/** One response. Each device is in one of the lists, once, in the platform's order. */
export interface UsageAnswer {
  readonly call: UsageCall;
  readonly usage: readonly FetchedUsage[];
  readonly errors: readonly FetchedError[];
}

/** A call as it was sent. */
export interface SentUsageCall extends Omit<UsageCall, 'txid' | 'nameless'> {
  /** Whether it named its devices, of which it has ten at most. Otherwise it is for a whole account. */
  readonly isOfNamedDevices: boolean;
}

/** Ten devices have ten rows. The platform may add others, but a hundred times as many are no response to the call. */
const MAX_ROWS_OF_NAMED = 1_000;

/**
 * Reads the response of an aggregate call, a long one in slices. A device is in `usage` if the response has usage for it, otherwise
 * in `errors`. A usage row without an IMEI becomes an error without one, so that it is not lost unnoticed. Throws
 * UPSTREAM_UNAVAILABLE if the response does not match the contract, or the signal's reason if it aborts in between. `hide` replaces
 * secrets in the platform's texts.
 */
export async function toUsageAnswer(
  value: unknown,
  { isOfNamedDevices, ...sent }: SentUsageCall,
  hide: (text: string) => string,
  signal: AbortSignal | null,
): Promise<UsageAnswer> {
  const answer = readAnswer(value, ['txid', 'usage', 'errors'], hide);
  const call = { ...sent, txid: readTxid(answer['txid']), nameless: [] };
  const maxRows = isOfNamedDevices ? MAX_ROWS_OF_NAMED : undefined;
  const [usageRows, errorRows] = [readRows(answer['usage'], maxRows), readRows(answer['errors'], maxRows)];
  const nameless: FetchedError[] = [];
  const usage = collectUsage(call, nameless);
  const usageRead = readInSlices(usageRows, usage.add, signal);
  if (usageRead !== null) await usageRead;
  const errors = collectErrors(call, errorRows.length === 0 ? [] : usage.collected, nameless, hide);
  const errorsRead = readInSlices(errorRows, errors.add, signal);
  if (errorsRead !== null) await errorsRead;
  return { call, usage: usage.collected, errors: [...errors.collected.values(), ...nameless] };
}

/** Each device's usage once, in the platform's order. Rows sorted by IMEI have no duplicates and need no lookup table of thousands. */
function collectUsage(call: UsageCall, nameless: FetchedError[]) {
  const collected: FetchedUsage[] = [];
  let positions: Map<Imei, number> | null = null;
  let highest = '';
  return {
    collected,
    add(row: JsonObject): void {
      const imei = readImei(row['imei']);
      if (imei === null) {
        nameless.push(toNamelessRow(call));
        return;
      }
      if (imei > highest) highest = imei;
      else positions ??= new Map(collected.map((device, position) => [device.imei, position]));
      const position = positions?.get(imei) ?? collected.length;
      collected[position] = toFetchedUsage(imei, row, collected[position], call);
      positions?.set(imei, position);
    },
  };
}

/** One error of each device that has no usage. */
function collectErrors(
  call: UsageCall,
  usage: readonly FetchedUsage[],
  nameless: FetchedError[],
  hide: (text: string) => string,
) {
  const collected = new Map<Imei, FetchedError>();
  const withUsage = new Set(usage.map(({ imei }) => imei));
  return {
    collected,
    add(row: JsonObject): void {
      const error = toFetchedError(row, call, hide);
      if (error.imei === null) nameless.push(error);
      else if (!withUsage.has(error.imei)) {
        const reported = collected.get(error.imei);
        collected.set(error.imei, reported === undefined ? error : chooseError(reported, error));
      }
    },
  };
}

/** The usage in a row, merged with what another row reported of the same device. */
function toFetchedUsage(
  imei: Imei,
  row: JsonObject,
  reported: FetchedUsage | undefined,
  call: UsageCall,
): FetchedUsage {
  const usage = readUsage(row);
  return { kind: 'usage', imei, ...(reported === undefined ? usage : mergeUsage(reported, usage)), call };
}

function toNamelessRow(call: UsageCall): FetchedError {
  const errorMessage = 'The platform returned usage without saying for which device.';
  return { kind: 'error', imei: null, errorMessage, errorResponse: null, call, failure: null };
}

function toFetchedError(row: JsonObject, call: UsageCall, hide: (text: string) => string): FetchedError {
  return { kind: 'error', imei: readImei(row['imei']), ...readErrorText(row, hide), call, failure: null };
}

/** Reads the usage in a row. */
export function readUsage(row: JsonObject): Usage {
  return {
    numberOfSessions: readInt(row['numberOfSessions']),
    bytesTransferred: readCount(row['bytesTransferred']),
  };
}

/** Reads the error in a row; `hide` replaces secrets in the platform's texts. */
export function readErrorText(row: JsonObject, hide: (text: string) => string): DeviceErrorText {
  const response = row['errorResponse'];
  return {
    errorMessage: readWords(row['errorMessage'], hide),
    errorResponse: isObject(response) ? readErrorResponse(response, hide) : null,
  };
}

function readErrorResponse(response: JsonObject, hide: (text: string) => string): UpstreamErrorMessage {
  return {
    errorCode: readWords(response['errorCode'], hide),
    errorMessage: readWords(response['errorMessage'], hide),
    httpStatusCode: readWords(response['httpStatusCode'], hide),
    detailErrorMessage: readWords(response['detailErrorMessage'], hide),
  };
}

/** A text from the platform, cut, with secrets replaced; null if the value is neither a text nor an integer. */
export function readWords(value: unknown, hide: (text: string) => string): string | null {
  const text = readText(value);
  return text === null ? null : toShownText(text, hide);
}
