import { Kind, visit, BREAK, type DocumentNode, GraphQLError, type Source, type SourceLocation } from 'graphql';

const CONDITIONS = new Set(['skip', 'include']);

/**
 * Whether graphql-jit executes the document correctly. If fragments and conditions occur together, it may not: it applies the
 * conditions of one spread of a fragment to every other, and so leaves out selected fields.
 */
export function isCompilable(document: DocumentNode): boolean {
  if (!document.definitions.some(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)) return true;
  let hasCondition = false;
  visit(document, {
    Directive({ name }) {
      hasCondition = CONDITIONS.has(name.value);
      return hasCondition ? BREAK : undefined;
    },
  });
  return !hasCondition;
}

/**
 * Converts an error of graphql-jit to one of graphql-js; returns any other error as it is. Errors of graphql-jit have lines and
 * columns but no source, so that a copy of one would lose its position.
 */
export function toGraphQLError(error: GraphQLError, source: Source | undefined): GraphQLError {
  if (Object.hasOwn(error, 'nodes')) return error;
  const { message, locations, path, originalError } = error;
  return new GraphQLError(message, {
    ...(source === undefined ? {} : { source, positions: locations?.map((location) => toPosition(location, source)) }),
    ...(path === undefined ? {} : { path }),
    ...(originalError === undefined ? {} : { originalError }),
  });
}

const LINE_END = /\r\n|[\n\r]/g;

function toPosition({ line, column }: SourceLocation, { body }: Source): number {
  const ends = [...body.matchAll(LINE_END)].map((match) => match.index + match[0].length);
  return (line === 1 ? 0 : (ends[line - 2] ?? 0)) + column - 1;
}
