import type { Oracle } from '../../oracle.ts';
import type { Chance } from '../chance.ts';
import type { LoadClient } from '../client.ts';
import type { Ledger } from '../ledger.ts';
import type { Checked } from '../outcome.ts';

/** What an operation cannot do without; session: that of the one caller whose session a fault ends. */
export type Need = 'platform' | 'store' | 'session';

export interface Operation {
  readonly name: string;
  readonly needs: readonly Need[];
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  /** Asks once and judges the answer. Throws Hang and Unanswered. */
  run(): Promise<Checked>;
}

export interface OperationSetup {
  readonly client: LoadClient;
  readonly oracle: Oracle;
  readonly chance: Chance;
  readonly ledger: Ledger;
  /** The device for which the platform refuses every call that names it. */
  readonly refusedImei: string;
  /** Whether a server died so lately that keys of requests that it began may still be held. */
  readonly mayHoldKeys: () => boolean;
  /** How long the server may keep figures that still move. */
  readonly keptMs: number;
}
