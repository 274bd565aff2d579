// A file of its own: it refuses what other servers offer, and is the first to go if that changes.
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses several operations in one request: what an operation may cost would hold for none of them. */
export function useNoBatching(): Plugin {
  return {
    onRequestParse() {
      return {
        onRequestParseDone({ requestParserResult }) {
          if (!Array.isArray(requestParserResult)) return;
          const message =
            'This is a list of operations. Send each as a request of its own; they share upstream calls all the same.';
          throw new GraphQLError(message, { extensions: { code: 'BATCHING_NOT_SUPPORTED', http: { status: 400 } } });
        },
      };
    },
  };
}
