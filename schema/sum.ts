// A file of its own: every sum of the schema fails alone in the same way.
import { ReportError } from '../src/domain/errors.ts';

/** For the description of every sum. */
export const NULL_SUM = 'Null, with the error SUM_TOO_LARGE, if it exceeds 2^53-1.';

/** The sum of a nullable field, so that one that is too large (null) fails this field alone. Throws SUM_TOO_LARGE. */
export function toSumOrThrow(field: string, sum: number | null): number {
  if (sum !== null) return sum;
  throw new ReportError(
    'SUM_TOO_LARGE',
    `${field} exceeds 2^53-1, so it cannot be returned exactly. Ask for fewer devices or a shorter window.`,
  );
}
