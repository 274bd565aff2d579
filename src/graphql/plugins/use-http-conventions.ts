import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { toFetchErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import { toCancelled } from '../execution/cancellation.ts';

/**
 * Tells a request that is no JSON where it should be one, or that is packed, that it is the caller's fault, in words of our own; and
 * takes a client who leaves in the middle of a body for one who left, not for a defect.
 */
export function useReadableBodies(): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, fetchAPI, endResponse }) {
      if (!PLAIN_ENCODING.test(request.headers.get('content-encoding') ?? '')) {
        endResponse(toFetchErrorResponse(COMPRESSED, fetchAPI));
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

/** What unpacks to more than a body may have would have to be found out on the way; a body is small enough as it is. */
const COMPRESSED: ErrorResponse = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'This body is packed (Content-Encoding). Send it as it is.',
  headers: { 'Accept-Encoding': 'identity' },
};

/** Of the query behind a path it comes as it is, of a body wrapped. */
function isJsonError(error: unknown): boolean {
  return (
    error instanceof SyntaxError || (error instanceof GraphQLError && error.extensions['originalError'] !== undefined)
  );
}

/** What Node.js says of a body whose connection closed before its end. */
function isDisconnect(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function toBadRequest(): GraphQLError {
  const message = 'This is no JSON. Send the body, or the parameters variables and extensions of a GET, as JSON.';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}

/**
 * Tells a client that takes none of the media types that an answer could have, before anything runs; Yoga would run it, and leave the
 * client with an empty answer.
 */
export function useAcceptedMediaTypes(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      const accept = request.headers.get('accept');
      if (accept !== null && !ACCEPTABLE.test(accept)) endResponse(toFetchErrorResponse(NONE_ACCEPTED, fetchAPI));
    },
    onResponse({ response, setResponse, fetchAPI }) {
      if (response.status === NONE_ACCEPTED.status) setResponse(toFetchErrorResponse(NONE_ACCEPTED, fetchAPI));
    },
  };
}

/** Some media type that an answer can have, whatever else is taken. */
const ACCEPTABLE = /^\s*$|\*\/\*|application\/(?:\*|json|graphql-response\+json)|text\/(?:\*|html|event-stream)/i;

const NONE_ACCEPTED: ErrorResponse = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message:
    'The header Accept takes none of the media types that this answer could have. Send application/json for queries and mutations, ' +
    'text/event-stream for subscriptions.',
};

/** Yoga lets caches keep an event stream for as long as they ask again; these are figures, too, and kept nowhere. */
export function useUncachedEvents(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get('content-type') === 'text/event-stream')
        response.headers.set('cache-control', 'no-store');
    },
  };
}
