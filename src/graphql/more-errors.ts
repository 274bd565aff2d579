// A file of its own: errors are left out by number while an operation runs, and by size when its response is written.
import { GraphQLError } from 'graphql';

const CODE = 'MORE_ERRORS';

/** The error that stands for this many others, which are left out. */
export function toMoreErrors(count: number): GraphQLError {
  const message = `There are ${count} more errors, which are left out. Ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: CODE, count } });
}

/** How many errors an error stands for. */
export function countErrors({ extensions: { code, count } }: GraphQLError): number {
  return code === CODE && typeof count === 'number' ? count : 1;
}
