import { createCost, type Cost } from './cost.ts';

/** For whom an upstream call is made: one operation. */
export interface Caller {
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** What its calls are added to. It is also who it is: operations take turns upstream by it. */
  readonly cost: Cost;
  /** Whether figures that were fetched before may answer. */
  readonly mayUseCache: boolean;
}

/** A caller whose signal is opened when somebody first asks for it: what is answered without a call needs none. */
export function createCaller(openSignal: () => AbortSignal, mayUseCache: boolean): Caller {
  let signal: AbortSignal | null = null;
  return {
    get signal() {
      return (signal ??= openSignal());
    },
    cost: createCost(),
    mayUseCache,
  };
}
