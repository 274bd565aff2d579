import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { toCancelled } from '../departure.ts';

/**
 * Tells a request that is no JSON where it should be one that it is the caller's fault, in words of our own; and takes a client who
 * leaves in the middle of a body for one who left, not for a defect.
 */
export function useReadableRequests(): Plugin {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser === undefined) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          if (isLeaving(error)) throw toCancelled();
          throw isOfJson(error) ? toBadRequest() : error;
        }
      });
    },
  };
}

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
