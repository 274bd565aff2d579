import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Locate } from './execution/line-index.ts';
import { countErrors, toMoreErrors } from './more-errors.ts';
import { toFormattedError } from './request-error.ts';

/** All errors of a response together; nobody reads more. */
const MAX_ERROR_BYTES = 64_000;
/** Of one error. A document can repeat a name thousands of times. */
const MAX_LOCATIONS = 20;

/**
 * Returns a result as the JSON text that is sent. The errors of a document that was parsed have offsets instead of lines and columns,
 * which `locate` converts; without it, locations stay as they are. Errors beyond 64,000
 * bytes are replaced by one that counts them. An error has its first 20 locations.
 */
export function toResponseText({ data, errors, extensions }: ExecutionResult, locate: Locate | null): string {
  return JSON.stringify({ data, errors: errors === undefined ? undefined : toSentErrors(errors, locate), extensions });
}

/** Returns errors as they are sent, with the locations and the limit of `toResponseText`. */
export function toSentErrors(errors: readonly GraphQLError[], locate: Locate | null): GraphQLFormattedError[] {
  const sent: GraphQLFormattedError[] = [];
  let bytes = 0;
  for (const [at, error] of errors.entries()) {
    const formatted = withLocations(toFormattedError(error), locate);
    bytes += Buffer.byteLength(JSON.stringify(formatted));
    if (bytes > MAX_ERROR_BYTES && at > 0) {
      const left = errors.slice(at).reduce((sum, each) => sum + countErrors(each), 0);
      return [...sent, toMoreErrors(left).toJSON()];
    }
    sent.push(formatted);
  }
  return sent;
}

function withLocations(error: GraphQLFormattedError, locate: Locate | null): GraphQLFormattedError {
  const { locations } = error;
  if (locations === undefined || (locate === null && locations.length <= MAX_LOCATIONS)) return error;
  const shown = locations.slice(0, MAX_LOCATIONS);
  return { ...error, locations: locate === null ? shown : shown.map(({ column }) => locate(column - 1)) };
}
