// A file of its own: the limits themselves are in graphql/limits; this is only their plugin.
import type { ParseOptions, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentLimits } from '../../config/limits.ts';
import { LimitError, parseWithin } from '../limits/parse-within.ts';

/** Refuses a document that is over a limit before it is validated. What the fast lane knows has come by here. */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) => parseWithin(limits, source, options));
      return ({ result }) => {
        // Yoga would take it for a document that cannot be parsed, which it answers with 200 to some.
        if (result instanceof LimitError) throw result;
      };
    },
  };
}
