import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { sendErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { createOpenCounts } from '../../http/open-counts.ts';
import { readBody, TOO_MANY_PIECES, type BodyFault } from '../../http/request-body.ts';
import { sendText } from '../../http/text-response.ts';
import { createEventStream, type EventStream, type EventStreamOptions } from './event-stream.ts';
import { parseStreamedOperation } from './streamed-operation.ts';

export interface EventStreamsOptions extends Omit<EventStreamOptions, 'onEnd'> {
  readonly principalOf: (request: IncomingMessage) => string;
  /** Event streams that a caller may have reserved or open; 0 for no limit. */
  readonly maxStreamsPerPrincipal: number;
  readonly maxMessageBytes: number;
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
  const { principalOf, maxStreamsPerPrincipal, maxMessageBytes, logUnexpected } = options;
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
    const isJson = /^application\/json[ \t]*(?:;|$)/i.test(request.headers['content-type'] ?? '');
    const body = isJson ? await readBody(request, maxMessageBytes) : 'not-json';
    const parsed = typeof body === 'string' ? FAULTS[body] : parseStreamedOperation(body.toString('utf8'));
    const error = 'status' in parsed ? parsed : stream.run(parsed, request);
    if (error === null) response.writeHead(202).end();
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
    else if (!mayHaveToken && method !== 'DELETE') listener(request, response);
    else {
      const parsed = new URL(url, 'http://localhost');
      const token = [headers[TOKEN_HEADER] ?? parsed.searchParams.get('token') ?? ''].flat()[0] ?? '';
      const stream = streams.get(token);
      // A stream of another caller is one that does not exist.
      if (stream?.principal !== principalOf(request)) sendErrorResponse(response, UNKNOWN);
      else serve(stream, request, response, parsed);
    }
  };
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
/** What is wrong with a body that cannot be read. */
const FAULTS: Readonly<Record<BodyFault | 'not-json', ErrorResponse>> = {
  'not-json': {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Send operations by POST with "Content-Type: application/json".',
  },
  'too-large': { status: 413, code: 'REQUEST_ENTITY_TOO_LARGE', message: 'Request body too large' },
  'too-many-pieces': { ...TOO_MANY_PIECES, code: 'BAD_REQUEST' },
};
