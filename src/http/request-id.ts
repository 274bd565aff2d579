import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';

/** Stored on the request itself, because a WeakMap of all requests costs more. */
const ID = Symbol('request id');

type IdentifiedRequest = IncomingMessage & { [ID]?: string };

/** What proxies and clients send: UUIDs, trace ids, and counters with separators. */
const VALID = /^[\w.:+/=@-]{1,128}$/;

/** The id of a request: the header X-Request-Id if it is valid, otherwise a new one. Every call returns the same one. */
export function requestIdOf(request: IdentifiedRequest): string {
  const id = request[ID] ?? readId(request) ?? randomUUID();
  request[ID] = id;
  return id;
}

/** Sends the id of each request back in the header X-Request-Id. */
export function withRequestId(listener: RequestListener): RequestListener {
  return (request, response) => {
    response.setHeader('X-Request-Id', requestIdOf(request));
    listener(request, response);
  };
}

function readId({ headers }: IncomingMessage): string | null {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && VALID.test(sent) ? sent : null;
}
