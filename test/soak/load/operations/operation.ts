import type { Oracle } from '../../oracle.ts';
import type { Chance } from '../chance.ts';
import type { LoadClient } from '../client.ts';
import type { Ledger } from '../ledger.ts';
import type { Checked } from '../outcome.ts';

/** What an operation depends on; session: the one that a fault ends. */
export type Need = 'platform' | 'store' | 'session';

export interface Operation {
  readonly name: string;
  readonly needs: readonly Need[];
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
  /** Sends its requests once and checks the responses. Throws Hang and Unanswered. */
  run(): Promise<Checked>;
}

export interface OperationSetup {
  readonly client: LoadClient;
  readonly oracle: Oracle;
  readonly chance: Chance;
  readonly ledger: Ledger;
  /** The device for which the platform rejects the whole call. */
  readonly rejectedImei: string;
  /** Whether a server was killed so recently that idempotency keys may still be locked by it. */
  readonly mayHoldKeys: () => boolean;
  /** How long the server may cache usage that still changes. */
  readonly cacheMs: number;
}
