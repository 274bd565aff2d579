import type { IncomingMessage, RequestListener } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../log.ts';
import { requestIdOf } from './request-id.ts';

/** Stored on the request itself. */
const HAS_LINE = Symbol('has a line in the log');

type LoggedRequest = IncomingMessage & { [HAS_LINE]?: true };

/** Call it when an operation of a request gets a line of its own, which says more. */
export function markLogged(request: LoggedRequest): void {
  request[HAS_LINE] = true;
}

/** Where a line of each request goes; null if nowhere. */
export type RequestLog = { readonly log: Log; readonly monotonic: Clock['monotonic'] } | null;

/** Logs a line for each request when its response is over, unless an operation of it is logged. `what` says what was asked for. */
export function withRequestLog(what: string, listener: RequestListener, requestLog: RequestLog): RequestListener {
  if (requestLog === null) return listener;
  const { log, monotonic } = requestLog;
  return (request: LoggedRequest, response) => {
    const startedAtMs = monotonic();
    response.once('close', () => {
      if (request[HAS_LINE] === true) return;
      const { statusCode: status, writableFinished } = response;
      const ms = Math.round(monotonic() - startedAtMs);
      const sent = writableFinished ? {} : { isCutOff: true };
      log.info({ requestId: requestIdOf(request), method: request.method, status, ...sent, ms }, what);
    });
    listener(request, response);
  };
}
