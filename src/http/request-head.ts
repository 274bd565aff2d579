import type { IncomingMessage, RequestListener } from 'node:http';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';
import { isHost } from './host.ts';

/**
 * Passes on requests whose head has one meaning. Sends 400 to a request with two headers Host, Authorization or Content-Type, of
 * which Node.js would use the first and a proxy perhaps the other, and to one whose host is missing or not valid (RFC 9112,
 * section 3.2). An absolute request target (`http://host/path`) becomes a path, and its host replaces the header Host.
 */
export function withValidHead(listener: RequestListener): RequestListener {
  const known = new Set<string>();
  const isKnown = (host: string): boolean => {
    if (known.has(host)) return true;
    if (!isHost(host)) return false;
    if (known.size >= MAX_KNOWN_HOSTS) known.clear();
    known.add(host);
    return true;
  };
  return (request, response) => {
    const fault = findRepeated(request) ?? findHostFault(request, isKnown) ?? toRelativeTarget(request);
    if (fault === null) listener(request, response);
    else sendErrorResponse(response, toBadRequest(fault));
  };
}

/** Checking a host takes longer than looking it up, and nearly all requests have the same few. */
const MAX_KNOWN_HOSTS = 1_000;

/** Headers that a request may have once. */
const SINGLE_HEADERS = ['host', 'content-type', 'authorization'];
const [HOST_LENGTH, TYPE_LENGTH, AUTHORIZATION_LENGTH] = SINGLE_HEADERS.map((name) => name.length);

/** Compares lengths first: this runs for every header of every request. */
function findRepeated({ rawHeaders }: IncomingMessage): string | null {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? '';
    const { length } = sent;
    if (length !== HOST_LENGTH && length !== TYPE_LENGTH && length !== AUTHORIZATION_LENGTH) continue;
    const position = SINGLE_HEADERS.indexOf(sent.toLowerCase());
    if (position < 0) continue;
    const bit = 1 << position;
    if ((seen & bit) !== 0) return `The header ${sent} was sent more than once. Send it once.`;
    seen |= bit;
  }
  return null;
}

/** HTTP/1.0 needs no Host. */
function findHostFault({ headers, httpVersion }: IncomingMessage, isValid: (host: string) => boolean): string | null {
  const { host } = headers;
  if (host === undefined && httpVersion !== '1.1') return null;
  return isValid(host ?? '') ? null : 'The header Host is not a host name or address with an optional port.';
}

const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/is;

function toRelativeTarget(request: IncomingMessage): string | null {
  const { url = '/' } = request;
  if (url.startsWith('/')) return null;
  const [, host, target = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
  if (host === undefined) return null;
  if (!isHost(host)) return 'The host of the request target is not a host name or address with an optional port.';
  request.headers.host = host;
  request.url = target.startsWith('/') ? target : `/${target}`;
  return null;
}

function toBadRequest(message: string): ErrorResponse {
  return { status: 400, code: 'BAD_REQUEST', message, headers: { Connection: 'close' } };
}
