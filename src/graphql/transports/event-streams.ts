import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../../domain/access.ts';
import { toCpuShareUsedUp, type TakeCpuTurn } from '../../http/cpu-share.ts';
import { sendErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { createOpenCounts } from '../../http/open-counts.ts';
import { sendText } from '../../http/text-response.ts';
import type { NotStarted } from '../start-operation.ts';
import { createEventStream, type EventStream, type EventStreamOptions } from './event-stream.ts';
import { readOperationBody } from './operation-body.ts';
import { parseStreamedOperation } from './streamed-operation.ts';

export interface EventStreamsOptions extends Omit<EventStreamOptions, 'onEnd'> {
  /** The access of a request; null if it asks for nothing private. */
  readonly findAccess: (request: IncomingMessage) => Access | null;
  readonly principalOf: (request: IncomingMessage) => string;
  /** Event streams that a caller may have reserved or open; 0 for no limit. */
  readonly maxStreamsPerPrincipal: number;
  readonly maxMessageBytes: number;
  /** Null if CPU time is not limited. */
  readonly takeCpuTurn: TakeCpuTurn | null;
  readonly logUnexpected: LogUnexpected;
}

/** The header of GraphQL over Server-Sent Events, in its mode with a single connection. */
const TOKEN_HEADER = 'x-graphql-event-stream-token';
const TOKEN_BYTES = 32;

/**
 * Serves event streams that carry several operations: PUT reserves one, GET opens it, POST runs an operation on it, and DELETE ends one.
 * Passes on every other request. A page of another site cannot send any of these without a preflight, or does not know the token.
 */
export function withEventStreams(listener: RequestListener, options: EventStreamsOptions): RequestListener {
  const { findAccess, principalOf, maxStreamsPerPrincipal, maxMessageBytes, takeCpuTurn, logUnexpected } = options;
  const streams = new Map<string, EventStream>();
  const counts = createOpenCounts(maxStreamsPerPrincipal);

  const reserve = (request: IncomingMessage, response: ServerResponse): void => {
    const principal = principalOf(request);
    const free = counts.take(principal);
    if (free === null) {
      sendErrorResponse(response, toTooMany(maxStreamsPerPrincipal));
      return;
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const onEnd = (): void => {
      streams.delete(token);
      free();
    };
    streams.set(token, createEventStream(principal, { ...options, onEnd }));
    sendText(response, { status: 201, text: token, isLine: false });
  };
  const run = async (stream: EventStream, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readOperationBody(request, maxMessageBytes);
    const waitMs = takeCpuTurn === null ? 0 : await takeCpuTurn(stream.principal);
    if (waitMs > 0) {
      sendErrorResponse(response, toCpuShareUsedUp(waitMs));
      return;
    }
    const parsed = typeof body === 'string' ? parseStreamedOperation(body) : body;
    const error = 'status' in parsed ? parsed : stream.run(parsed, request);
    if (error === null) response.writeHead(202).end();
    else if ('errors' in error) sendErrors(response, error);
    else sendErrorResponse(response, error);
  };
  const serve = (stream: EventStream, request: IncomingMessage, response: ServerResponse, url: URL): void => {
    if (request.method === 'GET') {
      const error = stream.open(request, response);
      if (error !== null) sendErrorResponse(response, error);
    } else if (request.method === 'DELETE') {
      stream.stop(url.searchParams.get('operationId') ?? '');
      response.writeHead(200).end();
    } else {
      run(stream, request, response).catch((error: unknown) => {
        if (!request.destroyed || request.complete)
          logUnexpected({ err: error }, 'unexpected error on an event stream');
        response.destroy();
      });
    }
  };

  return (request, response) => {
    const { method = '', url = '/', headers } = request;
    const mayHaveToken = headers[TOKEN_HEADER] !== undefined || url.includes('token=');
    // A reservation has no body; whoever sends an operation by PUT is told the right method.
    if (method === 'PUT' && headers['content-type'] === undefined) reserve(request, response);
    // GraphiQL's page, which needs no credentials, can have any parameters.
    else if ((!mayHaveToken && method !== 'DELETE') || findAccess(request) === null) listener(request, response);
    else {
      const parsed = new URL(url, 'http://localhost');
      const token = [headers[TOKEN_HEADER] ?? parsed.searchParams.get('token')].flat()[0] ?? null;
      const stream = streams.get(token ?? '');
      // The parameter can have another name that ends like this.
      if (token === null && method !== 'DELETE') listener(request, response);
      // A stream of another caller is one that does not exist.
      else if (stream?.principal !== principalOf(request)) sendErrorResponse(response, UNKNOWN);
      else serve(stream, request, response, parsed);
    }
  };
}

/** A document that cannot run is a bad request, whatever media type the client accepts. */
function sendErrors(response: ServerResponse, notStarted: NotStarted): void {
  const body = JSON.stringify(notStarted);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(400, headers).end(body);
}

function toTooMany(limit: number): ErrorResponse {
  return {
    status: 429,
    code: 'TOO_MANY_CONNECTIONS',
    message: `You have ${limit} event streams reserved or open, the maximum per caller. Close one of them, or run several operations on one.`,
    retryAfterSeconds: 1,
    extensions: { limit },
  };
}

const UNKNOWN: ErrorResponse = {
  status: 404,
  code: 'EVENT_STREAM_NOT_FOUND',
  message: 'There is no event stream with this token. Reserve one with PUT, and open it with GET within 30 seconds.',
};
