import { isObject, type JsonObject } from '../domain/json.ts';
import type { DeviceErrorText, DeviceResult } from '../domain/device-usage.ts';
import type { Hide } from '../thingspace/secrets.ts';
import { readErrorText, readUsage, readWords } from './usage-answer.ts';
import { isTxid, readImei, readText } from './wire.ts';

/** What a message says about one device of a transaction. */
export type CallbackItem = DeviceResult & { readonly txid: string };

/** What one callback body contains. */
export interface CallbackMessage {
  readonly items: readonly CallbackItem[];
  /** Why the body, or a part of it, cannot be recorded; null if all of it can. Contains nothing from the body itself. */
  readonly unreadable: string | null;
}

/**
 * Reads the JSON of a callback in any form of the contract: a report with its lists, usage or an error beside its txid, a fault,
 * or an array of these. Unknown fields are ignored. If only a part of the body is readable, that part is returned. `hide`
 * replaces secrets in the platform's texts. Each text is cut; a transaction id is a key, so a message with one that is too long is
 * unreadable.
 */
export function parseCallbackMessage(body: unknown, hide: Hide): CallbackMessage {
  const messages = (Array.isArray(body) ? (body as unknown[]) : [body]).map((value) => parseOne(value, hide));
  const items = messages.flatMap((message) => message.items);
  const faults = messages.flatMap(({ unreadable }) => unreadable ?? []);
  const [first = items.length === 0 ? 'It has no entries.' : null] = faults;
  return { items, unreadable: first };
}

function parseOne(value: unknown, hide: Hide): CallbackMessage {
  if (!isObject(value)) return unreadable('It is not a JSON object.');
  const txid = readText(value['txid']) ?? '';
  if (txid === '' || !isTxid(txid)) return unreadable('It has no valid transaction id.');
  const usage = readList(value['usage']);
  const errors = readList(value['errors']);
  if (hasUsage(value)) usage.push(value);
  else if (isError(value)) errors.push(value);
  else if (value['usage'] === undefined && value['errors'] === undefined) {
    return unreadable('It has neither usage nor an error.');
  }
  const entries = [
    ...usage.map((row) => (isObject(row) ? toUsageItem(txid, row) : null)),
    ...errors.map((row) => (isObject(row) ? toErrorItem(txid, row, hide) : null)),
  ];
  const items = entries.filter((entry) => entry !== null);
  if (items.length < entries.length) return { items, unreadable: 'It has an entry without a valid IMEI.' };
  if (items.length === 0) return unreadable('It has no entries.');
  return { items, unreadable: null };
}

function toUsageItem(txid: string, row: JsonObject): CallbackItem | null {
  const imei = readImei(row['imei']);
  return imei === null ? null : { kind: 'usage', txid, imei, ...readUsage(row) };
}

function toErrorItem(txid: string, row: JsonObject, hide: Hide): CallbackItem {
  const { faultResponse: fault } = row;
  const text = isObject(fault) ? readFaultText(fault, hide) : readErrorText(row, hide);
  return { kind: 'error', txid, imei: readImei(row['imei']), ...text };
}

function readFaultText(fault: JsonObject, hide: Hide): DeviceErrorText {
  const errorCode = readWords(fault['faultcode'], hide);
  const errorMessage = readWords(fault['faultstring'], hide);
  return { errorMessage, errorResponse: { errorCode, errorMessage, httpStatusCode: null, detailErrorMessage: null } };
}

/** The entries of a list. A single entry may stand in place of a list. */
function readList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? [...(value as unknown[])] : [value];
}

/** A message without any value does not count as usage. */
function hasUsage(row: JsonObject): boolean {
  return row['numberOfSessions'] !== undefined || row['bytesTransferred'] !== undefined;
}

function isError(row: JsonObject): boolean {
  return isObject(row['faultResponse']) || isObject(row['errorResponse']) || readText(row['errorMessage']) !== null;
}

function unreadable(reason: string): CallbackMessage {
  return { items: [], unreadable: reason };
}
