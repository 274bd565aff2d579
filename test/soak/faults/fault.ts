import type { Need } from '../load/operations/operation.ts';
import type { Party } from '../load/parties/party.ts';
import type { World } from '../world/world.ts';

/** Something outside the server that fails for a while. */
export interface Fault {
  readonly name: string;
  /** What happens, as printed in the table. */
  readonly title: string;
  /** What the fault affects. Operations that need none of these must be right all the time. */
  readonly hits: readonly Need[];
  /** The error codes that belong to this fault. */
  readonly codes: readonly string[];
  /** Within how many seconds after the end of the fault operations must be right again. */
  readonly recoverySeconds: number;
  /** How often the server may log in during a run, for a fault that lasts this many seconds. */
  readonly maxLogins: (seconds: number) => number;
  readonly store: StoreKind;
  /** How much RSS may grow, for a fault that needs much memory for a while. The default is in checks/growth.ts. */
  readonly maxRssGrowthMiB?: number;
  /** How callers authenticate. Not set: they do not. */
  readonly callers?: Exclude<CallerKind, 'anyone'>;
  /** How many servers share the store behind one address. Not set: one. */
  readonly replicas?: number;
  /** Describes what else is wrong after the run. */
  readonly check?: (seen: Seen) => Promise<string[]>;
  /** Watches the server while the fault lasts, and describes what is wrong. */
  readonly watch?: (world: World, seconds: number) => Promise<string[]>;
  /** Begins the fault. Resolves with a function that ends it. */
  begin(world: World, seconds: number): Promise<() => Promise<void>>;
}

/** Where the server stores its reports: SQLite on this disk, SQLite on a small disk of its own, or PostgreSQL. */
export type StoreKind = 'sqlite' | 'small-disk' | 'postgres';

/** anyone: no authentication; tokens: bearer tokens of an issuer; platform-tokens: each caller brings platform tokens. */
export type CallerKind = 'anyone' | 'tokens' | 'platform-tokens';

/** What a fault's own check can use after the run. */
export interface Seen {
  readonly world: World;
  readonly parties: readonly Party[];
  readonly seconds: number;
}
