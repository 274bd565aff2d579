import type { Chance } from '../chance.ts';
import type { Fleet, Window } from '../fleet.ts';
import type { KnownReport } from '../state/known-report.ts';
import type { Sentences } from '../sentences.ts';

/** What operations are drawn from. */
export interface Draw {
  readonly chance: Chance;
  readonly sentences: Sentences;
  readonly fleet: Fleet;
  readonly tenant: Tenant;
  /** Accounts of the others. */
  readonly foreign: readonly string[];
  /** Windows that operations have in common, so that they share calls and the cache. */
  readonly windows: readonly Window[];
  /** Reports of the tenant's account, and of others. */
  readonly reports: readonly KnownReport[];
  readonly nowMs: number;
  /** Only root fields that make calls; fresh: with windows that nobody drew before, so that nothing about them is cached. */
  readonly only: 'calls' | 'fresh calls' | null;
}

/** A caller with one account. */
export interface Tenant {
  readonly name: string;
  readonly account: string;
}
