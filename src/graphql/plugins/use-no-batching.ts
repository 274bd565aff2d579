// A file of its own: it refuses what other servers offer, and is the first to go if that changes.
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Rejects several operations in one request: limits apply to a single operation, so nothing would limit the whole request. */
export function useNoBatching(): Plugin {
  return {
    onRequestParse() {
      return {
        onRequestParseDone({ requestParserResult }) {
          if (!Array.isArray(requestParserResult)) return;
          const message =
            'This is a list of operations. Send each in a request of its own. Requests sent at the same time share upstream calls.';
          throw new GraphQLError(message, { extensions: { code: 'BATCHING_NOT_SUPPORTED', http: { status: 400 } } });
        },
      };
    },
  };
}
