import { isObject, type JsonObject } from '../domain/json.ts';
import { createJsonShape, type JsonShapeFault } from '../domain/json-shape.ts';
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

/** Entries that are read of one body. The platform sends one for each device, and a report has at most 10,000. */
const MAX_ENTRIES = 10_000;
/** Transactions that are read of one body. The platform sends one. */
const MAX_TRANSACTIONS = 100;
/** A full error has eight values. */
const SHAPE_LIMITS = { maxDepth: 20, maxValues: 200_000, maxNames: 1_000 };
const SHAPE_FAULTS: Readonly<Record<JsonShapeFault, string>> = {
  'too-deep': 'It has too many levels of lists and objects.',
  'too-many-values': 'It has too many values.',
  'too-many-names': 'It has too many different names of fields.',
};
/** A shorter body is not measured, because it cannot hold much. */
const UNMEASURED_CHARACTERS = 4_096;

/**
 * Parses the text of a callback. A text that is expensive to parse is unreadable. Throws SyntaxError if it is not JSON, otherwise
 * returns what `parseCallbackMessage` returns.
 */
export function parseCallbackText(text: string, hide: Hide): CallbackMessage {
  const isLong = text.length > UNMEASURED_CHARACTERS;
  const fault = isLong ? createJsonShape(SHAPE_LIMITS).add(Buffer.from(text)) : null;
  return fault === null ? parseCallbackMessage(JSON.parse(text), hide) : unreadable(SHAPE_FAULTS[fault]);
}

/**
 * Reads the JSON of a callback in any form of the contract: a report with its lists, usage or an error beside its txid, a fault,
 * or an array of these. Unknown fields are ignored. If only a part of the body is readable, that part is returned. Entries after the
 * first 10,000, and those of transactions after the first 100, are left out. `hide` replaces secrets in the platform's texts. Each text
 * is cut; a transaction id is a key, so a message with one that is too long is unreadable.
 */
export function parseCallbackMessage(body: unknown, hide: Hide): CallbackMessage {
  const messages = Array.isArray(body) ? (body as unknown[]) : [body];
  const items: CallbackItem[] = [];
  const txids = new Set<string>();
  let firstFault: string | null = null;
  let exceeded: string | null = null;
  let entriesLeft = MAX_ENTRIES;
  for (const value of messages) {
    if (entriesLeft === 0) {
      exceeded = TOO_MANY_ENTRIES;
      break;
    }
    const message = parseOne(value, hide, entriesLeft, (txid) => txids.has(txid) || txids.size < MAX_TRANSACTIONS);
    entriesLeft -= Math.max(1, message.entries);
    firstFault ??= message.unreadable;
    exceeded ??= message.exceeded;
    for (const item of message.items) {
      txids.add(item.txid);
      items.push(item);
    }
  }
  return { items, unreadable: exceeded ?? firstFault ?? (items.length === 0 ? NO_ENTRIES : null) };
}

const NO_ENTRIES = 'It has no entries.';
const TOO_MANY_ENTRIES = `It has more than ${MAX_ENTRIES} entries.`;
const TOO_MANY_TRANSACTIONS = `It has entries of more than ${MAX_TRANSACTIONS} transactions.`;

interface OneMessage extends CallbackMessage {
  /** Number of entries that were read, the unreadable ones too. */
  readonly entries: number;
  /** Which bound was exceeded, so that entries are left out; null if none was. */
  readonly exceeded: string | null;
}

function parseOne(value: unknown, hide: Hide, maxEntries: number, hasRoom: (txid: string) => boolean): OneMessage {
  if (!isObject(value)) return unreadable('It is not a JSON object.');
  const txid = readText(value['txid']) ?? '';
  if (txid === '' || !isTxid(txid)) return unreadable('It has no valid transaction id.');
  if (!hasRoom(txid)) return { ...unreadable(TOO_MANY_TRANSACTIONS), exceeded: TOO_MANY_TRANSACTIONS };
  const usage = readList(value['usage'], maxEntries);
  const errors = readList(value['errors'], maxEntries);
  if (hasKnownUsage(value)) usage.push(value);
  else if (isError(value)) errors.push(value);
  else if (usage.length + errors.length === 0 && hasUsage(value)) usage.push(value);
  else if (value['usage'] === undefined && value['errors'] === undefined) {
    return unreadable('It has neither usage nor an error.');
  }
  const readableUsage = usage.slice(0, maxEntries);
  const readableErrors = errors.slice(0, maxEntries - readableUsage.length);
  const entries = [
    ...readableUsage.map((row) => (isObject(row) ? toUsageItem(txid, row) : null)),
    ...readableErrors.map((row) => (isObject(row) ? toErrorItem(txid, row, hide) : null)),
  ];
  const exceeded = usage.length + errors.length > entries.length ? TOO_MANY_ENTRIES : null;
  const items = entries.filter((entry) => entry !== null);
  const fault = items.length < entries.length ? 'It has an entry without a valid IMEI.' : null;
  return {
    items,
    unreadable: fault ?? (items.length === 0 ? NO_ENTRIES : null),
    entries: entries.length,
    exceeded,
  };
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

/** The entries of a list, with one more than the maximum if there are more. A single entry may stand in place of a list. */
function readList(value: unknown, maxEntries: number): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]).slice(0, maxEntries + 1) : [value];
}

/** Some senders write null for what they leave out, so null is usage only if the message says nothing else. */
function hasKnownUsage(row: JsonObject): boolean {
  return (row['numberOfSessions'] ?? row['bytesTransferred'] ?? null) !== null;
}

/** A message without any of the fields does not count as usage. */
function hasUsage(row: JsonObject): boolean {
  return row['numberOfSessions'] !== undefined || row['bytesTransferred'] !== undefined;
}

function isError(row: JsonObject): boolean {
  return isObject(row['faultResponse']) || isObject(row['errorResponse']) || readText(row['errorMessage']) !== null;
}

function unreadable(reason: string): OneMessage {
  return { items: [], unreadable: reason, entries: 0, exceeded: null };
}
