/** What an error body says, whichever of its forms it has; null where it does not say it. */
export interface ErrorBody {
  readonly code: string | null;
  readonly message: string | null;
}

const NOTHING_SAID: ErrorBody = { code: null, message: null };
const LONGEST_MESSAGE = 500;

/**
 * Reads the forms of the contract (`ErrorBody` in docs/upstream/openapi.yaml): `errorCode`, `responseCode`, `fault`, the fault as
 * XML, and OAuth's `error` (RFC 6749, section 5.2). A body that is none of them, HTML or empty for one, says nothing.
 */
export function readErrorBody(body: string): ErrorBody {
  const text = body.trimStart();
  if (text.startsWith('{')) return readJson(text);
  if (/^<(\?xml|[\w-]+:fault)/.test(text)) return readXml(text);
  return NOTHING_SAID;
}

/** A fault of the gateway in front of the platform that speaks of the bearer token (900901 invalid, 900902 missing). */
export function isBearerFault(status: number, { code }: ErrorBody): boolean {
  return status === 401 && code !== null && /^9009\d\d$/.test(code);
}

/** Whether the platform says that the session token is gone, by its code, or by its message where there is no code. */
export function isDeadSession(status: number, { code, message }: ErrorBody): boolean {
  if (status !== 400 && status !== 401) return false;
  if (code !== null) return code.includes('.SessionToken.');
  return message !== null && /session\b.*\bexpired/i.test(message);
}

function readJson(text: string): ErrorBody {
  const body = toRecord(parseJson(text));
  const fault = toRecord(body['fault']);
  return {
    code: toText(body['errorCode']) ?? toText(body['responseCode']) ?? toText(fault['code']) ?? toText(body['error']),
    message:
      toText(body['errorMessage']) ??
      toText(body['message']) ??
      toText(fault['description']) ??
      toText(fault['message']) ??
      toText(body['error_description']),
  };
}

function readXml(text: string): ErrorBody {
  return {
    code: readElement(text, 'code'),
    message: readElement(text, 'description') ?? readElement(text, 'message'),
  };
}

function readElement(text: string, name: string): string | null {
  const match = new RegExp(`<(?:[\\w-]+:)?${name}>([^<]*)</`).exec(text);
  return toText(match?.[1]?.trim());
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

function toText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_MESSAGE) : null;
}
