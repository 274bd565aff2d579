import { ReportError } from './errors.ts';

/** Smaller computations count as much, because each also costs something by itself: a row for each day, a search for each percentile. */
export const MIN_ROWS_PER_COMPUTATION = 200;

/** A time zone costs as much as this many rows, because its calendar is looked up day by day. */
export const ROWS_PER_TIME_ZONE = 1_000;

const WAY_OUT =
  'Ask for fewer different time zones, sort orders and lists of percentiles at once, for fewer devices or for a shorter window.';

/** Limits the rows that an operation adds up, sorts or groups. */
export interface ComputationBudget {
  /** Counts the rows of one computation, at least 200. Throws BUDGET_EXCEEDED if it would be too much. */
  take(rows: number): void;
}

/** Creates the budget of one operation. */
export function createComputationBudget(maxRows: number): ComputationBudget {
  let taken = 0;
  return {
    take(rows) {
      const cost = taken + Math.max(rows, MIN_ROWS_PER_COMPUTATION);
      const error = checkComputationBudget(cost, maxRows);
      if (error !== null) throw error;
      taken = cost;
    },
  };
}

/** Returns BUDGET_EXCEEDED if an operation computes with more rows than the limit, else null. */
export function checkComputationBudget(rows: number, limit: number): ReportError | null {
  if (rows <= limit) return null;
  const message =
    `This operation adds up, sorts or groups ${rows} rows or more, each once for each time zone, sort order, total and list of percentiles, ` +
    `and the maximum is ${limit}. ${WAY_OUT}`;
  return new ReportError('BUDGET_EXCEEDED', message, { budget: { cost: rows, limit, wayOut: WAY_OUT } });
}
