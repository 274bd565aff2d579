import type { Stored } from '../compose/composition.ts';

/** What the hostile tenant's process gets as JSON in the variable HOSTILE_START. */
export interface HostileStart {
  readonly url: string;
  readonly token: string;
  readonly account: string;
  readonly stored: Stored;
  readonly seed: number;
  readonly schemaPath: string;
}
