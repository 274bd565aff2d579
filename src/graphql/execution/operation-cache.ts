import {
  getOperationAST,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  getVariableValues,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { OperationContext } from '../../context.ts';
import type { CallPlan, Variables } from '../limits/call-plan.ts';

export type { Variables };

/** An operation that has been parsed and validated. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Executes it; null until it has run once. */
  execute: ExecutePrepared | null;
  /** Its upstream calls; null if it makes none, undefined until it has run once. */
  callPlan?: CallPlan | null;
}

/** Executes a prepared operation. Errors in the result are not masked yet. */
export type ExecutePrepared = (
  variables: Variables,
  context: OperationContext,
) => ExecutionResult | Promise<ExecutionResult>;

/** Queries and mutations by their text. The least recently used ones are dropped first. */
export interface PreparedOperations {
  find(query: string, operationName: string | undefined): PreparedOperation | undefined;
  /** Stores an operation that passed validation, for `find`, and returns it. A subscription is not stored. */
  remember(query: string, operationName: string | undefined, document: DocumentNode): PreparedOperation;
}

const MAX_BYTES = 32 * 2 ** 20;

/** Creates an empty cache of prepared operations that takes about 32 MiB at most. */
export function createPreparedOperations(): PreparedOperations {
  const operations = new LRUCache<string, PreparedOperation>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ document }) => toDocumentBytes(document),
  });
  return {
    find: (query, operationName) => operations.get(toKey(query, operationName)),
    remember(query, operationName, document) {
      const found = operations.get(toKey(query, operationName));
      // Keep what may be compiled already: Yoga caches documents, so the same text comes with the same document.
      if (found?.document === document) return found;
      const operation = { document, operationName, execute: null };
      const kind = getOperationAST(document, operationName)?.operation;
      if (kind !== OperationTypeNode.SUBSCRIPTION) operations.set(toKey(query, operationName), operation);
      return operation;
    },
  };
}

/** A name cannot contain a line feed, so no two operations share a key. */
function toKey(query: string, operationName: string | undefined): string {
  return `${operationName ?? ''}\n${query}`;
}

/** Yoga's caches of parsed texts. The least recently used ones are dropped first. */
export interface DocumentCache {
  readonly documentCache: {
    get(text: string): DocumentNode | undefined;
    set(text: string, document: DocumentNode): void;
  };
  /** Why a text is not a document. */
  readonly errorCache: { get(text: string): object | undefined; set(text: string, error: unknown): void };
}

const MAX_ERROR_BYTES = 4 * 2 ** 20;
/** Measured: 90 for a comment, 240 for a value, 490 for a field by itself. */
const BYTES_PER_TOKEN = 400;
const BYTES_PER_CHARACTER = 2;

/**
 * Creates document caches of limited size: a text of 40 kB can take 5 MB when it is parsed, and a thousand of those the whole
 * heap.
 */
export function createDocumentCache(): DocumentCache {
  const documents = new LRUCache<string, DocumentNode>({ maxSize: MAX_BYTES, sizeCalculation: toDocumentBytes });
  const errors = new LRUCache<string, object>({
    maxSize: MAX_ERROR_BYTES,
    sizeCalculation: (_, text) => BYTES_PER_TOKEN + BYTES_PER_CHARACTER * text.length,
  });
  return {
    documentCache: { get: (text) => documents.get(text), set: (text, document) => void documents.set(text, document) },
    errorCache: {
      get: (text) => errors.get(text),
      set(text, error) {
        if (error instanceof Error) errors.set(text, error);
      },
    },
  };
}

/** The approximate size of a parsed document in memory, in bytes. It holds all its tokens, comments included. */
export function toDocumentBytes({ loc }: DocumentNode): number {
  let tokens = 1;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens * BYTES_PER_TOKEN + (loc?.source.body.length ?? 0) * BYTES_PER_CHARACTER;
}

const MAX_REPORTED_FAULTS = 50;

/**
 * Reads the variables of an operation as graphql-js does, with their defaults. Returns errors if they do not match their types,
 * the first 50 if there are more.
 */
export function toVariableValues(
  schema: GraphQLSchema,
  { document, operationName }: Pick<PreparedOperation, 'document' | 'operationName'>,
  variables: Variables,
): ReturnType<typeof getVariableValues> {
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  return getVariableValues(schema, variableDefinitions, variables, { maxErrors: MAX_REPORTED_FAULTS });
}
