import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { toCancelled } from '../execution/cancellation.ts';
import { toRefusalResponse, type Refusal } from '../../http/error-response.ts';

/**
 * Tells a request that is no JSON where it should be one, or that is packed, that it is the caller's fault, in words of our own; and
 * takes a client who leaves in the middle of a body for one who left, not for a defect.
 */
export function useReadableRequests(): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser, fetchAPI, endResponse }) {
      if (!PLAIN_ENCODING.test(request.headers.get('content-encoding') ?? '')) {
        endResponse(toRefusalResponse(PACKED, fetchAPI));
        return;
      }
      if (requestParser === undefined) return;
      setRequestParser(async (asked) => {
        try {
          return await requestParser(asked);
        } catch (error) {
          if (isLeaving(error)) throw toCancelled();
          throw isOfJson(error) ? toBadRequest() : error;
        }
      });
    },
  };
}

const PLAIN_ENCODING = /^(?:identity)?$/i;

/** What unpacks to more than a body may have would have to be found out on the way; a body is small enough as it is. */
const PACKED: Refusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'This body is packed (Content-Encoding). Send it as it is.',
  headers: { 'Accept-Encoding': 'identity' },
};

/** Of the query behind a path it comes as it is, of a body wrapped. */
function isOfJson(error: unknown): boolean {
  return (
    error instanceof SyntaxError || (error instanceof GraphQLError && error.extensions['originalError'] !== undefined)
  );
}

/** What Node.js says of a body whose connection closed before its end. */
function isLeaving(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function toBadRequest(): GraphQLError {
  const message = 'This is no JSON. Send the body, or the parameters variables and extensions of a GET, as JSON.';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}
