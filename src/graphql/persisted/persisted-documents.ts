import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Documents } from '../execution/documents.ts';
import { readDocumentId, toBadRequest, type DocumentId, type DocumentParameters } from './document-id.ts';
import type { RegisteredDocuments } from './registered-documents.ts';

/** Finds the text of the document that a request names. Every request passes here, whichever way it came. */
export interface PersistedDocuments {
  /**
   * Returns the text that a request sends or names by an id; null if it does neither. Throws GraphQLError if there is no such document, or
   * if the id does not belong to the text. If clients may register documents, it stores a text that is sent with its hash.
   */
  findText(parameters: DocumentParameters, principal: () => string): string | null;
}

export interface PersistedDocumentsOptions {
  readonly documents: Documents;
  /** Null if there are none. */
  readonly trusted: ReadonlyMap<string, string> | null;
  /** Null if clients may not register documents. */
  readonly registered: RegisteredDocuments | null;
}

/**
 * Creates the search for persisted documents. It is our own, because the plugins of Yoga see only the requests that the fast lane does not
 * answer, and store whatever a stranger sends.
 */
export function createPersistedDocuments(options: PersistedDocumentsOptions): PersistedDocuments {
  const { documents, trusted, registered } = options;

  const find = ({ id, isOfApollo }: DocumentId): string => {
    const text = trusted?.get(id) ?? registered?.find(id) ?? null;
    if (text !== null) return text;
    if (!isOfApollo) throw toNotFound();
    throw trusted === null && registered === null ? toApolloError(NOT_SUPPORTED) : toApolloError(NOT_FOUND);
  };
  const check = ({ id, isOfApollo }: DocumentId, text: string, principal: () => string): void => {
    const known = trusted?.get(id) ?? registered?.find(id) ?? null;
    if (known === text || (known === null && registered === null)) return;
    if (known !== null || createHash('sha256').update(text).digest('hex') !== id)
      throw toBadRequest(
        `${isOfApollo ? 'extensions.persistedQuery.sha256Hash' : 'documentId'} is not that of query. Send the SHA-256 of exactly this text, in hexadecimal.`,
      );
    if (documents.read(text).errors.length === 0) registered?.add(id, text, principal());
  };

  return {
    findText(parameters, principal) {
      const { query, documentId, extensions } = parameters;
      const text = typeof query === 'string' ? query : null;
      if (documentId == null && extensions == null) return text;
      const id = readDocumentId(parameters);
      if (id === null) return text;
      // Some clients send an empty text with an id.
      if (query == null || query === '') return find(id);
      if (text !== null) check(id, text, principal);
      return text;
    },
  };
}

/** What Apollo's protocol prescribes. Clients look for one or the other, and then send the text. */
interface ApolloSignal {
  readonly message: string;
  readonly code: string;
}

const NOT_SUPPORTED: ApolloSignal = { message: 'PersistedQueryNotSupported', code: 'PERSISTED_QUERY_NOT_SUPPORTED' };
const NOT_FOUND: ApolloSignal = { message: 'PersistedQueryNotFound', code: 'PERSISTED_QUERY_NOT_FOUND' };

/** The status is 200 for every media type, as Apollo Server sends it: Apollo's clients for iOS read no body with any other. */
function toApolloError({ message, code }: ApolloSignal): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 200 } } });
}

function toNotFound(): GraphQLError {
  return new GraphQLError(
    'There is no document with this documentId here. Send its text as query, or ask the operator to add it to TRUSTED_DOCUMENTS.',
    { extensions: { code: 'DOCUMENT_NOT_FOUND', http: { status: 400 } } },
  );
}
