/** What an error body says, whichever of its forms it has. */
export interface ErrorBody {
  /** Every code in it, the one that says most first. */
  readonly codes: readonly string[];
  /** Null where it has none. */
  readonly message: string | null;
}

const NOTHING_SAID: ErrorBody = { codes: [], message: null };
const MAX_TEXT_LENGTH = 100_000;

/**
 * Reads the forms of the contract (`ErrorBody` in docs/upstream/openapi.yaml): `errorCode`, `responseCode`, `fault`, the fault as
 * XML, and OAuth's `error` (RFC 6749, section 5.2). A body that is none of them, HTML or empty for one, says nothing.
 */
export function readErrorBody(body: string): ErrorBody {
  const text = body.trimStart();
  if (text.startsWith('{')) return readJson(text);
  if (text.startsWith('<')) return readXml(text);
  return NOTHING_SAID;
}

/** A fault of the gateway in front of the platform that speaks of the bearer token (900901 invalid, 900902 missing). */
export function isBearerFault(status: number, { codes }: ErrorBody): boolean {
  return status === 401 && codes.some((code) => /^9009\d\d$/.test(code));
}

/** Whether the platform says that the session token is gone, by a code, or by its message where there is no code. */
export function isDeadSession(status: number, { codes, message }: ErrorBody): boolean {
  if (status !== 400 && status !== 401) return false;
  if (codes.length > 0) return codes.some((code) => code.includes('.SessionToken.'));
  return message !== null && /session/i.test(message) && /expired/i.test(message);
}

function readJson(text: string): ErrorBody {
  const body = toRecord(parseJson(text));
  const fault = toRecord(body['fault']);
  return {
    codes: toTexts(body['errorCode'], body['responseCode'], fault['code'], body['error']),
    message:
      toTexts(
        body['errorMessage'],
        body['message'],
        fault['description'],
        fault['message'],
        body['error_description'],
      )[0] ?? null,
  };
}

/** A page of HTML can be XML too; only a fault is read. */
function readXml(text: string): ErrorBody {
  if (!/^(?:<\?xml[^>]*>\s*)?<(?:[\w-]+:)?fault[\s>]/.test(text)) return NOTHING_SAID;
  return {
    codes: toTexts(readElement(text, 'code')),
    message: toTexts(readElement(text, 'description'), readElement(text, 'message'))[0] ?? null,
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function toTexts(...values: readonly unknown[]): string[] {
  return values
    .map((value) => (typeof value === 'number' ? String(value) : value))
    .filter((value) => typeof value === 'string')
    .filter((value) => value !== '')
    .map((value) => value.slice(0, MAX_TEXT_LENGTH));
}
