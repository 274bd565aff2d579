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

/** An operation that was parsed and validated before. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** How it runs; null until it ran for the first time. */
  execute: ExecutePrepared | null;
  /** What of it costs upstream calls; null where nothing does, undefined until it ran for the first time. */
  callPlan?: CallPlan | null;
}

export type ExecutePrepared = (
  variables: Variables,
  context: OperationContext,
) => ExecutionResult | Promise<ExecutionResult>;

/** Queries and mutations by their text, the ones used longest ago forgotten first. */
export interface PreparedOperations {
  find(query: string, operationName: string | undefined): PreparedOperation | undefined;
  /** Remembers an operation that passed validation, so that it is found from now on; a subscription is not. */
  remember(query: string, operationName: string | undefined, document: DocumentNode): PreparedOperation;
}

const MAX_BYTES = 32 * 2 ** 20;

export function createPreparedOperations(): PreparedOperations {
  const operations = new LRUCache<string, PreparedOperation>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ document }) => toDocumentBytes(document),
  });
  return {
    find: (query, operationName) => operations.get(toKey(query, operationName)),
    remember(query, operationName, document) {
      const found = operations.get(toKey(query, operationName));
      // What runs compiled stays so: Yoga keeps the documents that it has parsed, too.
      if (found?.document === document) return found;
      const operation = { document, operationName, execute: null };
      const kind = getOperationAST(document, operationName)?.operation;
      if (kind !== OperationTypeNode.SUBSCRIPTION) operations.set(toKey(query, operationName), operation);
      return operation;
    },
  };
}

/** A name has no line feed, so no two operations share a key. */
function toKey(query: string, operationName: string | undefined): string {
  return `${operationName ?? ''}\n${query}`;
}

/** What Yoga keeps of texts that it has parsed, those used longest ago forgotten first. */
export interface DocumentCache {
  readonly documentCache: {
    get(text: string): DocumentNode | undefined;
    set(text: string, document: DocumentNode): void;
  };
  /** Why texts are no documents. */
  readonly errorCache: { get(text: string): object | undefined; set(text: string, error: unknown): void };
}

const MAX_ERROR_BYTES = 4 * 2 ** 20;
/** Measured: 90 for a comment, 240 for a value, 490 for a field by itself. */
const BYTES_PER_TOKEN = 400;
const BYTES_PER_CHARACTER = 2;

/** Keeps documents within a bound of memory, for a text of 40 kB can be 5 MB when it is parsed, and a thousand of them the whole heap. */
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

/** What a parsed document takes in memory, about: it holds each of its tokens, comments among them. */
export function toDocumentBytes({ loc }: DocumentNode): number {
  let tokens = 1;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens * BYTES_PER_TOKEN + (loc?.source.body.length ?? 0) * BYTES_PER_CHARACTER;
}

const MAX_REPORTED_FAULTS = 50;

/** The variables with their defaults, as graphql-js reads them for an operation; or what does not fit, the first fifty of more. */
export function toVariableValues(
  schema: GraphQLSchema,
  { document, operationName }: Pick<PreparedOperation, 'document' | 'operationName'>,
  variables: Variables,
): ReturnType<typeof getVariableValues> {
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  return getVariableValues(schema, variableDefinitions, variables, { maxErrors: MAX_REPORTED_FAULTS });
}
