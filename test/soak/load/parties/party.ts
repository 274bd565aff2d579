import type { LoadClient } from '../client.ts';
import type { Ledger } from '../ledger.ts';
import type { Operation } from '../operations/operation.ts';
import type { Asked } from './asked.ts';

/** A caller of the server. Its reports belong to no other caller. */
export interface Party {
  readonly name: string;
  readonly client: LoadClient;
  readonly ledger: Ledger;
  readonly operations: readonly Operation[];
  readonly asked: Asked;
}
