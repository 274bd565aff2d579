import type { Client } from './client.ts';

/** A caller with every scope, and the only account that it may see. */
export interface Tenant {
  readonly name: string;
  readonly account: string;
  readonly token: string;
  readonly client: Client;
}
