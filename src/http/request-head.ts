import type { IncomingMessage, RequestListener } from 'node:http';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';

/**
 * Passes on requests whose head has one meaning. Sends 400 to a request with two headers Host, Authorization or Content-Type, of
 * which Node.js would use the first and a proxy perhaps the other, and to one whose host is missing or not valid (RFC 9112,
 * section 3.2). An absolute request target (`http://host/path`) becomes a path, and its host replaces the header Host.
 */
export function withValidHead(listener: RequestListener): RequestListener {
  return (request, response) => {
    const fault = findRepeated(request) ?? findHostFault(request) ?? toRelativeTarget(request);
    if (fault === null) listener(request, response);
    else sendErrorResponse(response, toBadRequest(fault));
  };
}

/** Headers that a request may have once, by their length, so that most others are passed over without a comparison. */
const SINGLE_HEADERS = new Map(['host', 'content-type', 'authorization'].map((name) => [name.length, name]));

function findRepeated({ rawHeaders }: IncomingMessage): string | null {
  let seen = '';
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? '';
    const name = SINGLE_HEADERS.get(sent.length);
    if (name === undefined || sent.toLowerCase() !== name) continue;
    if (seen.includes(name)) return `The header ${sent} was sent more than once. Send it once.`;
    seen += `${name} `;
  }
  return null;
}

/** HTTP/1.0 needs no Host. */
function findHostFault({ headers, httpVersion }: IncomingMessage): string | null {
  const { host } = headers;
  if (host === undefined && httpVersion !== '1.1') return null;
  return isAuthority(host ?? '') ? null : 'The header Host is not a host name or address with an optional port.';
}

const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/is;

function toRelativeTarget(request: IncomingMessage): string | null {
  const { url = '/' } = request;
  if (url.startsWith('/')) return null;
  const [, host, target = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
  if (host === undefined) return null;
  if (!isAuthority(host)) return 'The host of the request target is not a host name or address with an optional port.';
  request.headers.host = host;
  request.url = target.startsWith('/') ? target : `/${target}`;
  return null;
}

const AUTHORITY = /^(?:\[([\da-f:.]+)\]|[\w.~-]+)(?::(\d{0,5}))?$/i;
const MAX_PORT = 65_535;

function isAuthority(text: string): boolean {
  const match = AUTHORITY.exec(text);
  if (match === null) return false;
  const [, address, port = ''] = match;
  return (address === undefined || URL.canParse(`http://[${address}]`)) && Number(port) <= MAX_PORT;
}

function toBadRequest(message: string): ErrorResponse {
  return { status: 400, code: 'BAD_REQUEST', message, headers: { Connection: 'close' } };
}
