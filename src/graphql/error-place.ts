import type { GraphQLError } from 'graphql';

/** Where an error stands in its document and its answer, for another error to stand in the same place. */
export function toPlace({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
}
