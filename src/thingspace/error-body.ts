import { parseJson, readObject, type JsonObject } from '../domain/json.ts';

/** The codes and messages of an error body, whatever its form, the most specific first. */
export interface ErrorBody {
  readonly codes: readonly string[];
  readonly messages: readonly string[];
}

const NOTHING_SAID: ErrorBody = { codes: [], messages: [] };
/** What an error body says is at its beginning. */
const MAX_BODY_LENGTH = 2 ** 16;
const MAX_TEXT_LENGTH = 2 ** 16;

/**
 * Reads the error forms of the contract (`ErrorBody` in docs/upstream/openapi.yaml): `errorCode`,
 * `responseCode`, `fault`, the fault as XML, and OAuth's `error` (RFC 6749, section 5.2). Any other body, such
 * as HTML or an empty one, has no codes and no message. Of XML, only the first 65,536 characters are read.
 */
export function readErrorBody(body: string): ErrorBody {
  const text = body.trimStart();
  if (text.startsWith('{')) return readJson(text);
  if (text.startsWith('<')) return readXml(text.slice(0, MAX_BODY_LENGTH));
  return NOTHING_SAID;
}

/** Reads the same forms from parsed JSON. */
export function readErrorObject(body: JsonObject): ErrorBody {
  const fault = readObject(body['fault']);
  return {
    codes: toTexts(body['errorCode'], body['responseCode'], fault['code'], body['error']),
    messages: toTexts(
      body['errorMessage'],
      body['message'],
      fault['description'],
      fault['message'],
      body['error_description'],
    ),
  };
}

/** Whether the platform's gateway rejected the bearer token: a 401 with a code such as 900901 (invalid) or 900902 (missing). */
export function isBearerFault(status: number, { codes }: ErrorBody): boolean {
  return status === 401 && codes.some((code) => /^9009\d\d$/.test(code));
}

function readJson(text: string): ErrorBody {
  return readErrorObject(readObject(parseJson(text)));
}

/** HTML can be XML too, so only a `fault` element is read. */
function readXml(text: string): ErrorBody {
  if (!/^(?:<\?xml[^>]*>\s*)?<(?:[\w-]+:)?fault[\s>]/.test(text)) return NOTHING_SAID;
  return {
    codes: toTexts(readElement(text, 'code')),
    messages: toTexts(readElement(text, 'description'), readElement(text, 'message')),
  };
}

function readElement(text: string, name: string): string | null {
  const match = new RegExp(`<(?:[\\w-]+:)?${name}>([^<]*)</`).exec(text);
  return match?.[1] === undefined ? null : decodeEntities(match[1].trim());
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function decodeEntities(text: string): string {
  return text
    .replace(/&#(\d{1,6});/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

function toTexts(...values: readonly unknown[]): string[] {
  return values
    .map((value) => (typeof value === 'number' ? String(value) : value))
    .filter((value) => typeof value === 'string')
    .filter((value) => value !== '')
    .map((value) => value.slice(0, MAX_TEXT_LENGTH));
}
