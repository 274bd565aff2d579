import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReportError } from '../domain/errors.ts';

const RESPONSE_JSON = 'application/graphql-response+json';

/** Answers a request that is refused before it is looked at, in the form of a GraphQL error. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { code, message, details: { retryAfterSeconds } }: ReportError,
  headers: Readonly<Record<string, string>> = {},
): void {
  const retryAfter = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  const body = JSON.stringify({ errors: [{ message, extensions: { code, ...retryAfter } }] });
  const mediaType = request.headers.accept?.includes(RESPONSE_JSON) === true ? RESPONSE_JSON : 'application/json';
  response.writeHead(status, {
    'Content-Type': `${mediaType}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
