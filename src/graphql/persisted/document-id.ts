import { GraphQLError } from 'graphql';
import { isObject } from '../../domain/json.ts';

/** The parameters of a request, of any type, that can name a document. */
export interface DocumentParameters {
  readonly query?: unknown;
  /** Of the draft of GraphQL over HTTP. */
  readonly documentId?: unknown;
  /** `persistedQuery` of Apollo's protocol. */
  readonly extensions?: unknown;
}

/** How a request names a document without its text. */
export interface DocumentId {
  /** Without the prefix `sha256:`. */
  readonly id: string;
  /** Whether the client speaks Apollo's protocol, by which it sends the text if the document is not found. */
  readonly isOfApollo: boolean;
}

const ID = /^[\w.~-]{1,200}$/;
const PREFIX = 'sha256:';

/** Reads the id of a request; returns null if it has none. Throws GraphQLError if it has two, or one that is not valid. */
export function readDocumentId({ documentId, extensions }: DocumentParameters): DocumentId | null {
  const ofDraft = documentId == null ? null : readId('documentId', documentId);
  const persistedQuery = isObject(extensions) ? (extensions['persistedQuery'] ?? null) : null;
  if (persistedQuery === null) return ofDraft === null ? null : { id: ofDraft, isOfApollo: false };
  if (!isObject(persistedQuery) || persistedQuery['version'] !== 1)
    throw toBadRequest('extensions.persistedQuery: send an object with version 1 and sha256Hash.');
  const id = readId('extensions.persistedQuery.sha256Hash', persistedQuery['sha256Hash']);
  if (ofDraft !== null && ofDraft !== id)
    throw toBadRequest('documentId and extensions.persistedQuery name different documents. Send one of them.');
  return { id, isOfApollo: true };
}

function readId(parameter: string, sent: unknown): string {
  const id = typeof sent === 'string' && sent.startsWith(PREFIX) ? sent.slice(PREFIX.length) : sent;
  if (typeof id === 'string' && ID.test(id)) return id;
  throw toBadRequest(
    `${parameter}: send the id of a document, such as its SHA-256 in hexadecimal: 1 to 200 letters, digits, ".", "_", "~" and "-".`,
  );
}

/** An error of a request that names its document wrongly. */
export function toBadRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}

/** The error of a request that neither sends a document nor names one. */
export function toNoDocument(): GraphQLError {
  return toBadRequest('There is no document. Send its text as query, or its id.');
}
