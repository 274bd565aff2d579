// A file of its own: the limits themselves are in graphql/limits; this is only their plugin.
import type { ParseOptions, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { DocumentLimits } from '../../config/limits.ts';
import { LimitError, parseWithin } from '../limits/parse-within.ts';

/** Rejects a document that exceeds a limit, before it is validated. Operations in the fast lane have passed this check. */
export function useDocumentLimits(limits: DocumentLimits): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source: string | Source, options?: ParseOptions) => parseWithin(limits, source, options));
      return ({ result }) => {
        // Otherwise Yoga would treat it as a syntax error, and send status 200 to some clients.
        if (result instanceof LimitError) throw result;
      };
    },
  };
}
