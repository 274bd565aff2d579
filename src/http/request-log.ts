import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import { requestIdOf } from './request-id.ts';

/** Stored on the request itself. */
const PENDING = Symbol('a line for the log');

type LoggedRequest = IncomingMessage & { [PENDING]?: PendingLine | null };

/** What is known of a request that gets a line, unless an operation of it does. */
interface PendingLine {
  readonly what: RequestKind;
  readonly startedAtMs: number;
}

/** What a request asks for. */
export type RequestKind = 'request' | 'download' | 'upload';

/** A request that ran no operation, when its response is over. */
export interface EndedRequest {
  readonly what: RequestKind;
  readonly requestId: string;
  readonly method: string;
  readonly status: number;
  /** Whether the connection closed before the response was sent. */
  readonly isCutOff: boolean;
  readonly milliseconds: number;
}

/** Hears of each request that ran no operation. */
export type OnRequestEnd = (request: EndedRequest) => void;

/** Call it when an operation of a request is reported, which says more. */
export function markLogged(request: LoggedRequest): void {
  if (request[PENDING] !== undefined) request[PENDING] = null;
}

/** Lets `endRequestLog` report each of these requests. */
export function withRequestLog(
  what: RequestKind,
  listener: RequestListener,
  monotonic: Clock['monotonic'] | null,
): RequestListener {
  if (monotonic === null) return listener;
  return (request: LoggedRequest, response) => {
    request[PENDING] = { what, startedAtMs: monotonic() };
    listener(request, response);
  };
}

/**
 * Creates what has to be called when a response is over: it reports the request, unless an operation of it was reported. It is not a
 * listener of its own for each response, which would cost more than the rest.
 */
export function createEndRequestLog(
  observers: readonly OnRequestEnd[],
  monotonic: Clock['monotonic'],
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request: LoggedRequest, response) => {
    const pending = request[PENDING];
    if (pending === undefined || pending === null) return;
    const { what, startedAtMs } = pending;
    const ended = {
      what,
      requestId: requestIdOf(request),
      method: request.method ?? '',
      status: response.statusCode,
      isCutOff: !response.writableFinished,
      milliseconds: monotonic() - startedAtMs,
    };
    for (const observer of observers) observer(ended);
  };
}
