import { isObject } from '../domain/json.ts';
import type { Variables } from './execution/variables.ts';
import type { DocumentParameters } from './persisted/document-id.ts';

/** The parameters of a request that has all of them in its body, each of its type. */
export interface PlainRequest {
  /** The parameters that name its document. */
  readonly document: DocumentParameters;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

const PLAIN_FIELDS = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions']);

/** Reads the body of a request; returns null if it has a parameter of another type, or an unknown one. */
export function toPlainRequest(body: unknown): PlainRequest | null {
  if (!isObject(body)) return null;
  const { query, documentId, operationName, variables, extensions } = body;
  if (query !== undefined && query !== null && typeof query !== 'string') return null;
  if (!Object.keys(body).every((field) => PLAIN_FIELDS.has(field))) return null;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== undefined && variables !== null && !isObject(variables)) return null;
  if (extensions !== undefined && extensions !== null && !isObject(extensions)) return null;
  // An empty name is none, as in a GET.
  return {
    document: { query, documentId, extensions },
    operationName: operationName === '' ? undefined : (operationName ?? undefined),
    variables: variables ?? {},
  };
}
