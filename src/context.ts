import type { AccountNumber } from './domain/account.ts';
import type { Caller, Departure } from './reports/caller.ts';
import type { PlaceReport } from './reports/aggregated-report-request.ts';
import type { OperationLoaders } from './reports/report-loaders.ts';

/** What is known of an operation before it runs. */
export interface OperationStart {
  readonly departure: Departure;
  readonly mayUseCache: boolean;
}

/** What the resolvers of one operation work with. */
export interface OperationContext {
  /** The account where a query names none. */
  readonly accountNumber: AccountNumber | null;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The most upstream calls that one operation may cost. */
  readonly maxUpstreamCalls: number;
  readonly caller: Caller;
  readonly loaders: OperationLoaders;
  readonly placeReport: PlaceReport;
}
