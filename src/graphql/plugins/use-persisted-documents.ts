import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { isObject } from '../../domain/json.ts';
import { toNoDocument } from '../persisted/document-id.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';

interface ServerContext {
  readonly req: IncomingMessage;
}

/** Replaces the id of a document by its text, in the body of a POST and in the URL of a GET, exactly as the fast lane does. */
export function usePersistedDocuments(
  persisted: PersistedDocuments,
  principalOf: (request: IncomingMessage) => string,
): Plugin<object, ServerContext> {
  return {
    onParams({ params, setParams, request, context }) {
      if (!isObject(params)) return;
      const { documentId = findInUrl(request), ...others } = params as Record<string, unknown>;
      const principal = (): string => principalOf(context.req);
      const text = persisted.findText({ ...others, documentId }, principal);
      if (text === null && others['query'] == null) throw toNoDocument();
      // A text of another type is rejected by Yoga.
      setParams(text === null ? others : { ...others, query: text });
    },
  };
}

function findInUrl({ method, url }: Pick<Request, 'method' | 'url'>): string | null {
  return method === 'GET' && url.includes('documentId=') ? new URL(url).searchParams.get('documentId') : null;
}
