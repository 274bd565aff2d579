import { DAY_MS } from './durations.ts';
import { ReportError } from './errors.ts';
import { MAX_WINDOW_DAYS } from './report-window.ts';

/** Smaller computations count as much, because each also costs something by itself: a row for each day, a search for each percentile. */
export const MIN_ROWS_PER_COMPUTATION = 200;

/** A time zone costs as much as this many rows, because its calendar is looked up day by day. */
export const ROWS_PER_TIME_ZONE = 1_000;

/** More days than any window has, in any time zone. */
const DAYS_OF_WINDOW = MAX_WINDOW_DAYS + 2;
/** A day costs as much as this many rows: it becomes a row of its own, and its time zone is looked up. */
const ROWS_PER_DAY = 16;

const WAY_OUT =
  'Ask for totals, percentiles, sort orders and time zones in separate operations, for fewer devices, or for fewer sessions.';

/**
 * Returns how many rows a daily series counts as: one for each session, and 16 for each day on which one began, except for as many
 * days as a window has. Only garbled times have more days.
 */
export function countSeriesRows(startTimes: readonly { readonly startMs: number | null }[]): number {
  if (startTimes.length <= DAYS_OF_WINDOW) return startTimes.length;
  let [earliest, latest] = [Infinity, -Infinity];
  for (const { startMs } of startTimes) {
    if (startMs === null) continue;
    if (startMs < earliest) earliest = startMs;
    if (startMs > latest) latest = startMs;
  }
  if (latest - earliest <= DAYS_OF_WINDOW * DAY_MS) return startTimes.length;
  const days = new Set<number>();
  for (const { startMs } of startTimes) if (startMs !== null) days.add(Math.floor(startMs / DAY_MS));
  return startTimes.length + Math.max(0, days.size - DAYS_OF_WINDOW) * ROWS_PER_DAY;
}

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
