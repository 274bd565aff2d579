import type { IncomingMessage, RequestListener } from 'node:http';
import type { ServerConfig } from '../config/server.ts';
import type { IsFromAllowedPage } from './cors.ts';
import { sendErrorResponse, type ErrorResponse } from './error-response.ts';
import { toHeaderReader, toOrigin } from './forwarded.ts';

export interface AllowedOriginsOptions extends Pick<ServerConfig, 'publicUrl' | 'trustedProxies'> {
  readonly isFromAllowedPage: IsFromAllowedPage;
}

/**
 * Creates the check of the header Origin, for WebSockets, to which browsers do not apply CORS: without it, a page of any website could open a
 * WebSocket through the browser of someone who can reach this server. A page must be served from the host that the request is for, from
 * that of PUBLIC_URL, or from an origin that CORS allows; any other gets 403. A client that is not a browser sends no Origin.
 */
export function createProtectOrigin(options: AllowedOriginsOptions): (listener: RequestListener) => RequestListener {
  const { publicUrl, trustedProxies, isFromAllowedPage } = options;
  const isAllowed = (origin: string, request: IncomingMessage): boolean => {
    const header = toHeaderReader(request);
    if (isFromAllowedPage(header)) return true;
    if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
    // A proxy may have ended TLS, so the scheme is not compared.
    const { host, protocol } = new URL(origin);
    const own = [toOrigin(header, trustedProxies), publicUrl ?? []].flat();
    return own.some((each) => new URL(each.replace(/^https?:/, protocol)).host === host);
  };
  return (listener) => (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined || isAllowed(origin, request)) listener(request, response);
    else sendErrorResponse(response, NOT_ALLOWED);
  };
}

const NOT_ALLOWED: ErrorResponse = {
  status: 403,
  code: 'ORIGIN_NOT_ALLOWED',
  message:
    'Pages of this origin may not open a WebSocket to this server, nor send messages to its tools. Ask the operator to add the origin to CORS_ORIGINS.',
};
