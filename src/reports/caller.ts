import type { Cost } from './cost.ts';

/** For whom an upstream call is made: one operation. */
export interface Caller {
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** What its calls are added to. It is also who it is: operations take turns upstream by it. */
  readonly cost: Cost;
  /** Whether figures that were fetched before may answer. */
  readonly mayUseCache: boolean;
}
