import type { Departure } from '../domain/deadline.ts';
import type { Warning } from '../domain/errors.ts';
import { createCost, type Cost } from './cost.ts';
import { toLoadError } from './load-error.ts';

/** For whom an upstream call is made: one operation. */
export interface Caller {
  readonly departure: Departure;
  /** What its calls are added to. It is also who it is: operations take turns upstream by it. */
  readonly cost: Cost;
  /** Whether figures that were fetched before may answer. */
  readonly mayUseCache: boolean;
  /** Calls that take their turn upstream in its name. */
  turnsTaken: number;
  /** What it should know beside its answer. */
  readonly warnings: Warning[];
}

export function createCaller(departure: Departure, mayUseCache: boolean): Caller {
  return { departure, cost: createCost(), mayUseCache, turnsTaken: 0, warnings: [] };
}

/** The answer, or the reason why the caller went away where that comes first; then the work is left. */
export function untilGone<T>(answer: Promise<T>, { departure }: Caller, leave: (reason: Error) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const stay = departure.onGone((reason) => {
      reject(reason);
      leave(reason);
    });
    answer.then(
      (value) => {
        stay();
        resolve(value);
      },
      (error: unknown) => {
        stay();
        reject(toLoadError(error));
      },
    );
  });
}
