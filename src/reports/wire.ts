import { hasControlCharacter } from '../domain/control-characters.ts';
import { MAX_ID_CHARACTERS, toShownText } from '../domain/cut-text.ts';
import { readObject, type JsonObject } from '../domain/json.ts';
import { ReportError, type UpstreamSaid } from '../domain/errors.ts';
import { isImei, type Imei } from '../domain/imei.ts';
import { isCalendarDay } from '../domain/report-date.ts';
import type { Hide } from '../thingspace/secrets.ts';
import { readErrorInSuccess } from '../thingspace/to-report-error.ts';

/**
 * Returns a response that is an object with at least one of these fields. Otherwise an error body with a 2xx status would be read
 * as an empty report. Throws UPSTREAM_UNAVAILABLE for any other value, with the platform's words if it is an error body; `hide` replaces
 * secrets in them.
 */
export function readAnswer(value: unknown, fields: readonly string[], hide: Hide): JsonObject {
  const answer = readObject(value);
  if (fields.some((name) => Object.hasOwn(answer, name))) return answer;
  const said = readErrorInSuccess(answer, hide);
  if (said === null) throw toFormError();
  const message = `The platform answered with an error in place of a report (${toWords(said)}). ${TRY_AGAIN}`;
  throw new ReportError('UPSTREAM_UNAVAILABLE', message, { upstream: said });
}

/** The code and the message of an error, in one text. */
export function toWords({ code, message }: UpstreamSaid): string {
  return [code, message].filter((text) => text !== null).join(': ');
}

const TRY_AGAIN = 'Try again in a moment. If it keeps failing, contact the carrier.';

/** Twice as many as the largest accounts have devices. */
const MAX_ROWS = 200_000;
const ASK_FOR_LESS = 'Ask for fewer devices or a shorter window, or use requestAggregatedReport.';

/**
 * The rows of a list; none if the list is left out. A row that is not an object becomes an empty one, so that it still counts.
 * Throws UPSTREAM_UNAVAILABLE for a value that is not a list, or has more than 200,000 rows.
 */
export function readRows(value: unknown, maxRows = MAX_ROWS, wayOut = ASK_FOR_LESS): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw toFormError();
  if (value.length <= maxRows) return value.map(readObject);
  throw new ReportError(
    'UPSTREAM_UNAVAILABLE',
    `The platform’s response has ${value.length} rows, and at most ${maxRows} are read. ${wayOut}`,
    { isAnswerTooLarge: true },
  );
}

/** An integer from 0 to 2^53-1, otherwise null. A larger number is null too, because rounding would make it wrong. */
export function readCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** An integer from 0 to 2^31-1, which fits into GraphQL's Int; otherwise null. */
export function readInt(value: unknown): number | null {
  const count = readCount(value);
  return count !== null && count < 2 ** 31 ? count : null;
}

/** A text, or an integer as a text; otherwise null. */
export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

/** An id of the platform that is only shown, cut after 255 characters; null if it is missing, empty or neither a text nor an integer. */
export function readShownId(value: unknown): string | null {
  const text = readText(value);
  return text === null || text === '' ? null : toShownText(text, (shown) => shown, MAX_ID_CHARACTERS);
}

/**
 * A transaction id; empty if it is missing or neither a text nor an integer. It is not cut, because support cases and callback messages
 * name it. Throws UPSTREAM_UNAVAILABLE if it has more than 255 characters, or control characters.
 */
export function readTxid(value: unknown): string {
  const text = readText(value) ?? '';
  if (isTxid(text)) return text;
  throw new ReportError(
    'UPSTREAM_UNAVAILABLE',
    `The platform’s response has a transaction id with control characters or with more than ${MAX_ID_CHARACTERS} characters. ${TRY_AGAIN}`,
  );
}

/** Whether a text can be a transaction id: it has at most 255 characters, and no control characters. */
export function isTxid(text: string): boolean {
  return text.length <= MAX_ID_CHARACTERS && !hasControlCharacter(text);
}

/** No IMEI starts with three zeros (docs/upstream/README.md, "What comes back"). */
const MIN_NUMERIC_IMEI = 1e12;

/**
 * An IMEI, otherwise null. One sent as a JSON number has lost its leading zeros, which are restored. A
 * smaller number, such as 0, is not an IMEI.
 */
export function readImei(value: unknown): Imei | null {
  const text = typeof value === 'number' && value >= MIN_NUMERIC_IMEI ? String(value).padStart(15, '0') : value;
  return isImei(text) ? text : null;
}

/** RFC 3339 in UTC, on a day that every month has. Nearly every time has this form, and is certainly valid. */
const PLAIN_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;
const MAX_PLAIN_CHARACTERS = '2026-05-31T08:00:00.123456789Z'.length;
/**
 * ISO 8601 in its extended form (2026-05-31T08:00:00Z) or its basic one (20260531T080000Z), with a comma or a point before fractions of
 * a second, of which nine digits count, an offset with or without minutes, and the name of a time zone after it, as Java writes it
 * (Z[UTC]).
 */
const ISO_8601 =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ](\d{2})(:?)(\d{2})(?:\6(\d{2})(?:[.,](\d{1,9})\d*)?)?(?:(Z|[+-]\d{2}(?::?\d{2})?)(?:\[[\w/+:-]{1,64}\])?)?)?$/i;

/** A time as RFC 3339, in UTC if it has no offset, and with at most nine decimals; null if the value is not a valid time. */
export function readTime(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (value.length <= MAX_PLAIN_CHARACTERS && PLAIN_TIME.test(value)) return value;
  const time = toRfc3339(value);
  return time === null || Number.isNaN(Date.parse(time)) || !hasCalendarDay(time) ? null : time;
}

/** Date.parse reads 30 February as 2 March, and hour 24 as the next day. */
function hasCalendarDay(time: string): boolean {
  return time.slice(11, 13) !== '24' && (time.slice(8, 10) < '29' || isCalendarDay(time.slice(0, 10)));
}

function toRfc3339(text: string): string | null {
  const parts = ISO_8601.exec(text);
  if (parts === null) return null;
  const [, year = '', , month = '', day = '', hours = '00', , minutes = '00', seconds = '00', fraction, offset] = parts;
  const time = `${hours}:${minutes}:${seconds}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${year}-${month}-${day}T${time}${toOffset(offset)}`;
}

function toOffset(text = 'Z'): string {
  if (text.toUpperCase() === 'Z') return 'Z';
  return `${text.slice(0, 3)}:${text.slice(3).replace(':', '') || '00'}`;
}

function toFormError(): ReportError {
  return new ReportError('UPSTREAM_UNAVAILABLE', `The platform’s response does not match its contract. ${TRY_AGAIN}`);
}

/** A header value for a text. Header values are bytes: this is the text's UTF-8, with one character per byte as Node expects. */
export function toHeaderValue(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * The fields that are not null, as headers of the same names: the older contract wants each field in both places
 * (docs/upstream/README.md, "How the request travels").
 */
export function toHeaders(fields: Readonly<Record<string, string | number | null>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) headers[name] = toHeaderValue(String(value));
  }
  return headers;
}

/** The fields that are not null. */
export function toBody<T>(fields: Readonly<Record<string, T | null>>): Record<string, T> {
  const body: Record<string, T> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) body[name] = value;
  }
  return body;
}
