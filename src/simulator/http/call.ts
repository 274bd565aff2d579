import type { IncomingMessage } from 'node:http';

export interface Call {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Reads the method, path, query and headers of a request; header values are taken for the UTF-8 that they are. */
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

/** Reads a body to its end, keeping it only up to the limit; undefined tells that it was longer. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string | undefined> {
  const kept: Buffer[] = [];
  let lengthBytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    lengthBytes += chunk.length;
    if (lengthBytes <= limitBytes) kept.push(chunk);
    if (lengthBytes > 32 * limitBytes) request.destroy();
  }
  return lengthBytes <= limitBytes ? Buffer.concat(kept).toString('utf8') : undefined;
}
