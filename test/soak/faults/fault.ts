import type { Need } from '../load/operations/operation.ts';
import type { Party } from '../load/parties/party.ts';
import type { World } from '../world/world.ts';

/** Something that goes wrong around the server, for a while. */
export interface Fault {
  readonly name: string;
  /** What happens, in the words of the table. */
  readonly title: string;
  /** Operations that need none of these have to be right all the time. */
  readonly hits: readonly Need[];
  /** The codes that are right for this fault. */
  readonly codes: readonly string[];
  /** After the fault's end operations have to be right within so many seconds. */
  readonly recoverySeconds: number;
  /** How often the server may log in from start to stop, for a fault of so many seconds. */
  readonly maxLogins: (seconds: number) => number;
  readonly store: StoreKind;
  /** How much more memory the allocator may keep afterwards, where a fault takes much for a while; else as judge/growth.ts says. */
  readonly keptRssMiB?: number;
  /** How the server knows its callers; it does not where this is not set. */
  readonly callers?: Exclude<CallerKind, 'anyone'>;
  /** How many servers share the store, behind one address; one where it is not set. */
  readonly replicas?: number;
  /** What else is wrong after the run, in words. */
  readonly check?: (seen: Seen) => Promise<string[]>;
  /** Begins it; resolves with how to end it. */
  begin(world: World, seconds: number): Promise<() => Promise<void>>;
}

/** Where the server keeps its reports: SQLite on this disk, SQLite on a small disk of its own, or PostgreSQL. */
export type StoreKind = 'sqlite' | 'small-disk' | 'postgres';

/** anyone: nobody is asked; tokens: bearer tokens of an issuer; platform-tokens: each caller brings the platform's own. */
export type CallerKind = 'anyone' | 'tokens' | 'platform-tokens';

/** What a fault may look at in the end. */
export interface Seen {
  readonly world: World;
  readonly parties: readonly Party[];
  readonly seconds: number;
}
