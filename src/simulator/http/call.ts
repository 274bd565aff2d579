import type { IncomingMessage } from 'node:http';

/** A received call. Header names are in lower case. */
export interface Call {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Reads the method, path, query and headers of a request. Header values are decoded as UTF-8. */
export function readCallHead(request: IncomingMessage): Omit<Call, 'body'> {
  const target = new URL(request.url ?? '/', 'http://platform.invalid');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    headers[name] = Buffer.from(Array.isArray(value) ? value.join(', ') : value, 'latin1').toString('utf8');
  }
  return {
    method: request.method ?? 'GET',
    path: target.pathname,
    query: Object.fromEntries(target.searchParams),
    headers,
  };
}

/** Reads a body to its end; undefined if it is longer than `maxBytes`. Stops the connection if it is more than 32 times as long. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    lengthBytes += chunk.length;
    if (lengthBytes <= maxBytes) chunks.push(chunk);
    if (lengthBytes > 32 * maxBytes) request.destroy();
  }
  return lengthBytes <= maxBytes ? Buffer.concat(chunks).toString('utf8') : undefined;
}
