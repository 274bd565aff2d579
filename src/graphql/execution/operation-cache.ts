import { LRUCache } from 'lru-cache';
import { getOperationAST, OperationTypeNode, type DocumentNode, type ExecutionResult } from 'graphql';
import type { OperationContext } from '../../context.ts';
import { toDocumentBytes } from './kept-documents.ts';
import type { CallPlan, Variables } from '../limits/call-plan.ts';

export type { Variables };

/** An operation that was parsed and validated before. */
export interface KnownOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** How it runs; null until it ran for the first time. */
  execute: ExecuteKnown | null;
  /** What of it costs upstream calls; null where nothing does, undefined until it ran for the first time. */
  callPlan?: CallPlan | null;
}

export type ExecuteKnown = (
  variables: Variables,
  context: OperationContext,
) => ExecutionResult | Promise<ExecutionResult>;

/** Queries and mutations by their text, the ones used longest ago forgotten first. */
export interface KnownOperations {
  find(query: string, operationName: string | undefined): KnownOperation | undefined;
  /** Remembers an operation that passed validation, so that it is found from now on; a subscription is not. */
  remember(query: string, operationName: string | undefined, document: DocumentNode): KnownOperation;
}

const MOST_BYTES = 32 * 2 ** 20;

export function createKnownOperations(): KnownOperations {
  const known = new LRUCache<string, KnownOperation>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ document }) => toDocumentBytes(document),
  });
  return {
    find: (query, operationName) => known.get(toKey(query, operationName)),
    remember(query, operationName, document) {
      const found = known.get(toKey(query, operationName));
      // What runs compiled stays so: Yoga keeps the documents that it has parsed, too.
      if (found?.document === document) return found;
      const operation = { document, operationName, execute: null };
      const kind = getOperationAST(document, operationName)?.operation;
      if (kind !== OperationTypeNode.SUBSCRIPTION) known.set(toKey(query, operationName), operation);
      return operation;
    },
  };
}

/** A name has no line feed, so no two operations share a key. */
function toKey(query: string, operationName: string | undefined): string {
  return `${operationName ?? ''}\n${query}`;
}
