import { ReportError } from '../domain/errors.ts';
import { isImei, type Imei } from '../domain/imei.ts';
import { isCalendarDay } from '../domain/report-date.ts';

/** A JSON object of upstream's whose fields nobody vouches for. */
export type WireObject = Readonly<Record<string, unknown>>;

/** An object as it is; an empty one for any other value. */
export function readObject(value: unknown): WireObject {
  return isObject(value) ? value : {};
}

/**
 * The object that an answer has to be, with one of the contract's fields at least: an error's body that comes as a success would
 * else read as figures of nothing. Throws UPSTREAM_UNAVAILABLE for any other value.
 */
export function readAnswer(value: unknown, fields: readonly string[]): WireObject {
  if (isObject(value) && fields.some((name) => Object.hasOwn(value, name))) return value;
  throw toFormError();
}

/**
 * The rows of a list, none where it is left out. A row that is no object is one of which nothing is known, rather than none.
 * Throws UPSTREAM_UNAVAILABLE for what is no list.
 */
export function readRows(value: unknown): WireObject[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(readObject);
  throw toFormError();
}

/** A whole number from 0 to 2^53-1; null for all else, a bigger one included: rounding it would make a wrong number. */
export function readCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A whole number from 0 to 2^31-1, what GraphQL's Int holds; null for all else. */
export function readInt(value: unknown): number | null {
  const count = readCount(value);
  return count !== null && count < 2 ** 31 ? count : null;
}

export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

/** None is allotted that begins with three zeroes. */
const MIN_NUMERIC_IMEI = 1e12;

/**
 * An IMEI; as a JSON number it has lost its leading zeroes, and gets them back. A smaller number, such
 * as 0, is none.
 */
export function readImei(value: unknown): Imei | null {
  const text = typeof value === 'number' && value >= MIN_NUMERIC_IMEI ? String(value).padStart(15, '0') : value;
  return isImei(text) ? text : null;
}

/** RFC 3339 in UTC, on a day that every month has: what nearly every time is, and sure to be one. */
const PLAIN_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?Z$/;
const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(?:Z|([+-]\d{2}):?(\d{2}))?)?$/i;

/** A time as RFC 3339; without an offset it is UTC (docs/upstream/README.md). Null for what is no time. */
export function readTime(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (PLAIN_TIME.test(value)) return value;
  const time = toRfc3339(value);
  return time === null || Number.isNaN(Date.parse(time)) || !hasCalendarDay(time) ? null : time;
}

/** Date.parse takes 30 February for 2 March, and 24 o'clock for the next day. */
function hasCalendarDay(time: string): boolean {
  return time.slice(11, 13) !== '24' && (time.slice(8, 10) < '29' || isCalendarDay(time.slice(0, 10)));
}

function toRfc3339(text: string): string | null {
  const parts = ISO_8601.exec(text);
  if (parts === null) return null;
  const [, date = '', minutes = '00:00', seconds = ':00', offsetHours, offsetMinutes = '00'] = parts;
  return `${date}T${minutes}${seconds}${offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`}`;
}

function toFormError(): ReportError {
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    'The platform’s answer is not of the form that its contract tells. Try again in a moment; if it lasts, ask the carrier.',
  );
}

/** Whether a value is a JSON object, and no list. */
export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Header values are bytes: a text goes as its UTF-8, written as Node's headers want bytes written. */
export function toHeaderValue(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * The fields of a body that are set, as headers of the same names: the contract's older version wants each field in both
 * places (docs/upstream/README.md, "How the request travels").
 */
export function toHeaders(fields: Readonly<Record<string, string | number | null>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) headers[name] = toHeaderValue(String(value));
  }
  return headers;
}

/** The fields of a body that are set. */
export function toBody<T>(fields: Readonly<Record<string, T | null>>): Record<string, T> {
  const body: Record<string, T> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null) body[name] = value;
  }
  return body;
}
