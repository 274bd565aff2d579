import { Kind, visit, BREAK, type DocumentNode, GraphQLError, type Source, type SourceLocation } from 'graphql';

const CONDITIONS = new Set(['skip', 'include']);

/**
 * Whether graphql-jit answers an operation of the document as it should: it takes the conditions of one spread of a fragment for
 * those of every other, and leaves out what was asked for.
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
 * An error of graphql-jit as graphql-js makes them: graphql-jit's own knows lines and columns, and no source to go with them, so that
 * a copy of it would lose its place. Any other error is returned as it is.
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
