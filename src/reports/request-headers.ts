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
