import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { CorsConfig } from '../config/cors.ts';
import type { ReadHeader } from './forwarded.ts';
import { sendText, type TextResponse } from './text-response.ts';
import { addVary } from './vary.ts';

/** Whether a page of an allowed origin, by its header Origin, has sent a request, and may have sent it. */
export type IsFromAllowedPage = (header: ReadHeader) => boolean;

/**
 * Creates the check of requests that browsers send without a preflight. Where any origin is allowed, its pages may not use the credentials of
 * the browser, but the browser sends them, and only hides the response. So a request with such credentials is not allowed.
 */
export function createIsFromAllowedPage({ corsOrigins }: CorsConfig): IsFromAllowedPage {
  const allowsOrigin = createAllowsOrigin(corsOrigins);
  const isForAny = corsOrigins.includes('*');
  return (header) => allowsOrigin(header('origin') ?? undefined) && !(isForAny && hasBrowserCredentials(header));
}

/** Browsers add cookies, and those of Basic and the like. Only pages add tokens. */
function hasBrowserCredentials(header: ReadHeader): boolean {
  const authorization = header('authorization');
  return header('cookie') !== null || (authorization !== null && !/^Bearer /i.test(authorization));
}

function createAllowsOrigin(corsOrigins: readonly string[]): (origin: string | undefined) => boolean {
  const origins = new Set(corsOrigins);
  if (origins.has('*')) return (origin) => origin !== undefined;
  return (origin) => origin !== undefined && origins.has(origin);
}

/** Methods that some path of this server accepts; each path rejects the others. */
const METHODS = 'GET, HEAD, POST, PUT, DELETE';
/** Headers of a response that a page may read, besides those that it always may. */
const EXPOSED = 'Content-Disposition, ETag, Retry-After, X-Request-Id';
/** How long a browser may remember that a request is allowed. Chromium accepts no more. */
const MAX_AGE_SECONDS = 7_200;

/**
 * Lets pages of the allowed origins call every path (CORS). Answers the preflight requests of browsers itself: they carry no token, and
 * count for no limit. With no origin, returns the listener as it is.
 */
export function withCors(listener: RequestListener, { corsOrigins }: CorsConfig): RequestListener {
  if (corsOrigins.length === 0) return listener;
  const allowsOrigin = createAllowsOrigin(corsOrigins);
  const isForAny = corsOrigins.includes('*');

  const allow = (response: ServerResponse, origin: string): void => {
    response.setHeader('Access-Control-Allow-Origin', isForAny ? '*' : origin);
    // Browsers reject * together with credentials.
    if (!isForAny) response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  };
  return (request, response) => {
    if (!isForAny) addVary(response, 'Origin');
    const { origin } = request.headers;
    const isAllowed = allowsOrigin(origin);
    if (isForAny || isAllowed) allow(response, origin ?? '');
    if (isPreflight(request)) {
      if (isAllowed) sendPermission(request, response);
      else sendText(response, NOT_ALLOWED);
      return;
    }
    if (isForAny || isAllowed) response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    listener(request, response);
  };
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function sendPermission({ headers }: IncomingMessage, response: ServerResponse): void {
  addVary(response, 'Access-Control-Request-Headers');
  response.setHeader('Access-Control-Allow-Methods', METHODS);
  response.setHeader('Access-Control-Max-Age', MAX_AGE_SECONDS);
  const asked = headers['access-control-request-headers'] ?? '';
  // Whether a header means anything is for the path to decide. Clients and tracing tools send many.
  if (isListOfNames(asked)) response.setHeader('Access-Control-Allow-Headers', asked);
  response.writeHead(204).end();
}

const MAX_LIST_CHARACTERS = 4_000;
const NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/;

function isListOfNames(text: string): boolean {
  return text.length <= MAX_LIST_CHARACTERS && NAMES.test(text);
}

const NOT_ALLOWED: TextResponse = {
  status: 403,
  text: 'Pages of this origin may not call this server. Ask the operator to add the origin to CORS_ORIGINS.',
};
