import { setFlagsFromString } from 'node:v8';
import {
  execute,
  Kind,
  visit,
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { compileQuery } from 'graphql-jit';
import type { OperationContext } from '../../context.ts';
import type { LineIndex } from './line-index.ts';
import type { VariableValues } from './variables.ts';

/** Executes an executable document. Errors in the result are not masked yet. `root` is the state that an event of a subscription is about. */
export type Execute = (
  variables: VariableValues,
  context: OperationContext,
  root?: unknown,
) => ExecutionResult | Promise<ExecutionResult>;

/** Executes with graphql-js, which needs no preparation. */
export function interpret(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): Execute {
  return (variableValues, contextValue, rootValue) =>
    execute({ schema, document, operationName, variableValues, contextValue, rootValue });
}

/** Values are checked when the platform sends them. Checking each again costs more than the rest of its row. */
const COMPILER_OPTIONS = { disableLeafSerialization: true };

/** Compiles with graphql-jit; returns null if it cannot compile the operation, or would execute it wrongly. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): Execute | null {
  if (!isCompilable(document)) return null;
  try {
    const compiled = withoutCodeCache(() => compileQuery(schema, document, operationName, COMPILER_OPTIONS));
    return 'query' in compiled ? (variables, context, root) => compiled.query(root, context, variables) : null;
  } catch {
    return null;
  }
}

/**
 * Runs the work without V8's cache of evaluated code. It would keep what is compiled for an operation after the operation itself has been
 * dropped, until the heap is full: 1 MB for 100 fields.
 */
function withoutCodeCache<T>(work: () => T): T {
  setFlagsFromString('--no-compilation-cache');
  try {
    return work();
  } finally {
    setFlagsFromString('--compilation-cache');
  }
}

const CONDITIONS = new Set(['skip', 'include']);

/**
 * Whether graphql-jit executes the document correctly. If fragments and conditions occur together, it may not: it applies the
 * conditions of one spread of a fragment to every other, and so leaves out selected fields. It builds responses from object literals,
 * where `__proto__` sets the prototype instead of a field.
 */
function isCompilable(document: DocumentNode): boolean {
  const hasFragments = document.definitions.some(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  let isSafe = true;
  visit(document, {
    Directive({ name }) {
      if (hasFragments && CONDITIONS.has(name.value)) isSafe = false;
      return isSafe ? undefined : BREAK;
    },
    Field({ alias }) {
      if (alias !== undefined && alias.value in Object.prototype) isSafe = false;
      return isSafe ? undefined : BREAK;
    },
  });
  return isSafe;
}

/**
 * Converts an error of graphql-jit to one of graphql-js; returns any other error as it is. Errors of graphql-jit have lines and
 * columns but no source, so that a copy of one would lose its position.
 */
export function toGraphQLError(
  error: GraphQLError,
  { document, toOffset }: { readonly document: DocumentNode } & Pick<LineIndex, 'toOffset'>,
): GraphQLError {
  if (Object.hasOwn(error, 'nodes')) return error;
  const { message, locations, path } = error;
  const originalError = error.originalError ?? (FAULT_OF_RESOLVER.test(message) ? new Error(message) : undefined);
  return new GraphQLError(message, {
    source: document.loc?.source ?? null,
    positions: locations?.map(toOffset) ?? null,
    ...(path === undefined ? {} : { path }),
    ...(originalError === undefined ? {} : { originalError }),
  });
}

/** graphql-js throws these as errors of the server. */
const FAULT_OF_RESOLVER = /^(?:Cannot return null for non-nullable field|Expected Iterable)/;
