import type { Need } from '../load/operations/operation.ts';
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
  readonly mostLogins: (seconds: number) => number;
  readonly store: StoreKind;
  /** How much more memory the allocator may keep afterwards, where a fault takes much for a while; else as judge/growth.ts says. */
  readonly keptRssMiB?: number;
  /** Begins it; resolves with how to end it. */
  begin(world: World, seconds: number): Promise<() => Promise<void>>;
}

/** Where the server keeps its reports: SQLite on this disk, SQLite on a small disk of its own, or PostgreSQL. */
export type StoreKind = 'sqlite' | 'small-disk' | 'postgres';
