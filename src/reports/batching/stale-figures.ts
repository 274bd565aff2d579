import { ReportError } from '../../domain/errors.ts';
import type { Caller } from '../operation.ts';
import type { FiguresCache } from './report-cache.ts';

const CODE = 'STALE_FIGURES';

export interface StaleLookup<T> {
  readonly cache: FiguresCache<T>;
  readonly key: string;
  readonly caller: Caller;
  readonly toFetchedAtMs: (figures: T) => number;
}

/** The same as `findStale`. Throws the error where there is nothing. */
export function orStale<T>(error: unknown, lookup: StaleLookup<T>): T {
  const figures = findStale(error, lookup);
  if (figures === null) throw error;
  return figures;
}

/**
 * What was fetched before, where the platform is known to fail just now: for a caller who takes kept ones, and who is warned.
 * Null where the error is another, or nothing is kept.
 */
export function findStale<T>(error: unknown, { cache, key, caller, toFetchedAtMs }: StaleLookup<T>): T | null {
  if (!caller.mayUseCache || !isOutage(error)) return null;
  const figures = cache.getStale(key);
  if (figures === undefined) return null;
  caller.cost.cached += 1;
  warn(caller, toFetchedAtMs(figures));
  return figures;
}

function isOutage(error: unknown): boolean {
  return error instanceof ReportError && error.details.isOutage === true;
}

/** One warning for all of the operation, with the oldest of its figures' times. */
function warn({ warnings }: Caller, fetchedAtMs: number): void {
  const asOf = new Date(fetchedAtMs).toISOString();
  const message =
    `The platform cannot be asked just now, so figures that were fetched before answer, the oldest at ${asOf}. ` +
    'Ask again later for newer ones.';
  const told = warnings.find(({ code }) => code === CODE);
  if (told === undefined) warnings.push({ code: CODE, message });
  // ISO times of one length sort as texts.
  else if (message < told.message) warnings.splice(warnings.indexOf(told), 1, { code: CODE, message });
}
