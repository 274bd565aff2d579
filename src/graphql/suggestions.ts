import { GraphQLError } from 'graphql';
import { toPlace } from './error-place.ts';

/** GraphQL puts it at the end of a message, as a question. */
const SUGGESTION = ' Did you mean ';

/** The error without the names of the schema that GraphQL guesses a caller to have meant. */
export function withoutSuggestion(error: GraphQLError): GraphQLError {
  const start = error.message.endsWith('?') ? error.message.indexOf(SUGGESTION) : -1;
  if (start === -1) return error;
  return new GraphQLError(error.message.slice(0, start), { ...toPlace(error), extensions: error.extensions });
}
