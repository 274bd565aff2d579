import type { ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { toFetchErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import { joinVary } from '../../http/vary.ts';
import { toCancelled } from '../execution/cancellation.ts';

/**
 * Reports a request that is not valid JSON, or is compressed, as the client's fault, with messages of our own. A client that
 * disconnects while it sends its body is reported as cancelled, not as a fault of this server.
 */
export function useReadableBodies(): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, fetchAPI, endResponse }) {
      if (!PLAIN_ENCODING.test(request.headers.get('content-encoding') ?? '')) {
        endResponse(toFetchErrorResponse(COMPRESSED, request, fetchAPI));
        return;
      }
      if (requestParser === undefined) return;
      setRequestParser(async (asked) => {
        try {
          return await requestParser(asked);
        } catch (error) {
          if (isDisconnect(error)) throw toCancelled();
          throw isJsonError(error) ? toBadRequest() : error;
        }
      });
    },
  };
}

const PLAIN_ENCODING = /^(?:identity)?$/i;

/** Decompression would need a limit of its own, and a body is small enough uncompressed. */
const COMPRESSED: ErrorResponse = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'This body is compressed (Content-Encoding). Send it uncompressed.',
  headers: { 'Accept-Encoding': 'identity' },
};

/** Yoga throws the error of a query string as it is, and wraps the error of a body. */
function isJsonError(error: unknown): boolean {
  return (
    error instanceof SyntaxError || (error instanceof GraphQLError && error.extensions['originalError'] !== undefined)
  );
}

/** The error of Node.js if the connection closes before the end of a body. */
function isDisconnect(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function toBadRequest(): GraphQLError {
  const message =
    'This is not valid JSON. Send the body, or the parameters variables and extensions of a GET, as JSON.';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}

/** Treats an empty name of an operation as none. */
export function useEmptyOperationNames(): Plugin {
  return {
    onParams({ params, setParams }) {
      const { operationName, ...others } = params;
      if (operationName === '') setParams(others);
    },
  };
}

/** Rejects a request that accepts none of our media types, before anything runs. Yoga would run it and send an empty response. */
export function useAcceptedMediaTypes(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      const accept = request.headers.get('accept');
      if (accept !== null && !ACCEPTABLE.test(accept))
        endResponse(toFetchErrorResponse(NONE_ACCEPTED, request, fetchAPI));
    },
    onResponse({ request, response, setResponse, fetchAPI }) {
      if (response.status !== NONE_ACCEPTED.status) return;
      const asksForCallbacks = request.headers.get('accept')?.includes('callbackSpec=') === true;
      setResponse(toFetchErrorResponse(asksForCallbacks ? NO_CALLBACKS : NONE_ACCEPTED, request, fetchAPI));
    },
  };
}

/** At least one media type of a response is accepted. */
const ACCEPTABLE =
  /^\s*$|\*\/\*|application\/(?:\*|json|graphql-response\+json)|text\/(?:\*|html|event-stream)|multipart\/mixed[^,]{0,200}subscriptionSpec/i;

const NONE_ACCEPTED: ErrorResponse = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message:
    'The header Accept allows none of the media types of this response. Send application/json for queries and mutations, ' +
    'or text/event-stream or multipart/mixed;subscriptionSpec=1.0 for subscriptions.',
};

/** A router asks for the events of a subscription by callback, but callbacks are off. */
const NO_CALLBACKS: ErrorResponse = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message:
    'Subscriptions by HTTP callback are off here. Ask the operator to set SUBSCRIPTION_CALLBACK_ALLOWED, or subscribe by WebSocket or ' +
    'with the header Accept: text/event-stream.',
};

/**
 * Yoga lets caches store an event stream as long as they revalidate it. Events contain usage, which must not be stored. Yoga also says that
 * the connection stays open, which is not so during a shutdown.
 */
export function useUncachedEvents(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get('content-type') !== 'text/event-stream') return;
      response.headers.set('cache-control', 'no-store');
      response.headers.delete('connection');
    },
  };
}

/** Yoga's headers replace those of the server. The response depends on what either of them names. */
export function useJoinedVary(): Plugin<object, { readonly res: ServerResponse }> {
  return {
    onResponse({ response, serverContext: { res } }) {
      const own = response.headers.get('vary');
      const before = res.getHeader('Vary');
      if (own !== null && before !== undefined) response.headers.set('vary', joinVary(before.toString(), own));
    },
  };
}
