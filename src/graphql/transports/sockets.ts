import type { IncomingMessage, RequestListener } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { loadOnce } from '../../turns/load-once.ts';
import { toRequestSource } from '../../http/client-address.ts';
import { sendErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import { createOpenCounts } from '../../http/open-counts.ts';
import type { ToPrincipalKey } from '../../http/rate-limit.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { takeUpgrade } from '../../http/upgrade.ts';
import type { SocketServerOptions } from './socket-server.ts';
import { toSocketHeaders } from './socket-sender.ts';

export interface SocketsOptions extends Omit<SocketServerOptions, 'openSockets'> {
  /** WebSockets that a caller may have open; 0 for no limit. */
  readonly maxSocketsPerPrincipal: number;
  readonly findAccess: (request: IncomingMessage) => Access | null;
  readonly toPrincipalKey: ToPrincipalKey;
}

/**
 * Creates the listener of upgrade requests that the guard admitted. A handshake without credentials counts for its address until
 * `connection_init` says who it is.
 */
export function createSockets(options: SocketsOptions): RequestListener {
  const { maxSocketsPerPrincipal, findAccess, toPrincipalKey, logUnexpected } = options;
  const openSockets = createOpenCounts(maxSocketsPerPrincipal);
  const loadServer = loadOnce(async () => {
    const { createSocketServer } = await import('./socket-server.ts');
    return createSocketServer({ ...options, openSockets });
  });

  return (request, response) => {
    const access = findAccess(request);
    const source = toRequestSource(request);
    const free = openSockets.take(toPrincipalKey(source, access));
    if (free === null) {
      sendErrorResponse(response, toTooMany(maxSocketsPerPrincipal));
      return;
    }
    const sender = {
      access,
      toPrincipal: (each: Access | null) => toPrincipalKey(source, each),
      header: toSocketHeaders(request),
      requestId: requestIdOf(request),
    };
    loadServer()
      .then((server) => {
        const upgrade = takeUpgrade(response);
        if (upgrade === null || upgrade.socket.destroyed) free();
        else server.accept(request, upgrade, sender, free);
      })
      .catch((error: unknown) => {
        free();
        logUnexpected({ err: error }, 'unexpected error during a WebSocket handshake');
        response.destroy();
      });
  };
}

function toTooMany(limit: number): ErrorResponse {
  return {
    status: 429,
    code: 'TOO_MANY_CONNECTIONS',
    message: `You have ${limit} WebSockets open, the maximum per caller. Close one of them, or run several operations on one.`,
    retryAfterSeconds: 1,
    extensions: { limit },
  };
}
