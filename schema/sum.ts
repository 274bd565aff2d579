// A file of its own: every sum of the schema fails alone in the same way.
import { toErrorOrNull, type ErrorCount } from '../src/domain/error-limit.ts';
import { ReportError } from '../src/domain/errors.ts';

/** For the description of every sum. */
export const NULL_SUM = 'Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1.';

/**
 * The sum of a nullable field, so that one that is too large (null) fails this field alone. Throws SUM_TOO_LARGE, or returns null if the
 * response has too many errors for another one.
 */
export function toSumOrThrow(field: string, sum: number | null, count: ErrorCount): number | null {
  if (sum !== null) return sum;
  const error = toErrorOrNull(count, () => new ReportError('SUM_TOO_LARGE', toMessage(field)));
  if (error === null) return null;
  throw error;
}

function toMessage(field: string): string {
  return `${field} exceeds 2^53-1, so it cannot be returned exactly. Ask for fewer devices or a shorter window.`;
}
