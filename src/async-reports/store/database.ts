import { type Compilable, type Kysely, sql } from 'kysely';
import type { SharedLimits } from '../../domain/shared-limits.ts';
import type { SharedLocks } from '../../domain/shared-locks.ts';
import type { SchemaStep } from './schema-steps.ts';
import type { OnStoreFailure } from './store-error.ts';
import type { Tables, CounterName } from './tables.ts';

export type Dialect = 'sqlite' | 'postgres';

/** A write transaction. */
export interface Transaction {
  readonly tables: Kysely<Tables>;
  /** True if rows must be locked before they are read for an update. False if there is only one write transaction at a time. */
  readonly locksRows: boolean;
  /** Sends a statement and returns its rows. Statements run in the order in which they are sent, also if nobody waits in between. */
  send<Row>(statement: Compilable<Row>): Promise<readonly Row[]>;
  /** Defers a statement whose result is not needed. It runs after all others, at the latest with the commit. */
  later(statement: Compilable): void;
  /** Notifies the subscribers of the topic in every process, after the commit. */
  notify(topic: string): void;
}

/** How many of callers' reads to run at once, in all and of one principal. More would only wait for each other. */
export interface ReadLimits {
  readonly concurrentReads: number;
  readonly concurrentReadsPerPrincipal: number;
}

/** The connections of a pool. */
export interface PoolUse {
  readonly pool: 'writes' | 'reads';
  readonly used: number;
  readonly idle: number;
  /** Statements and transactions that wait for a connection. */
  readonly waiting: number;
}

/** What SQLite and PostgreSQL do differently. Every promise may reject with a StoreError. */
export interface Database {
  readonly dialect: Dialect;
  readonly readLimits: ReadLimits;
  /** The pools as they are now; none for SQLite. */
  pools(): readonly PoolUse[];
  /** Runs a read of a caller, apart from the writes. `work` may run more than once. It sees everything that was committed before. */
  read<T>(work: (tables: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Runs a small read of the server itself, which never waits for those of callers. `work` may run more than once. */
  readOwn<T>(work: (tables: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Runs a write and resolves after a durable commit. `work` may run more than once; only the last run takes effect. */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Runs work whose writes overwrite what they delete, where the database can do that. Otherwise it stays on disk until its space is reused. */
  whileErasing<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `listener` after each commit that notified the topic, and after any gap in notifications. Returns the function that stops it. */
  subscribe(topic: string, listener: () => void): () => void;
  /** What the servers on this database take turns with. Null on SQLite, which belongs to one server. */
  readonly locks: SharedLocks | null;
  /** What the servers on this database limit together; null on SQLite. */
  readonly limits: StoredLimits | null;
  close(): Promise<void>;
}

/** Limits that a database counts. */
export interface StoredLimits extends SharedLimits {
  /** Removes what limits nobody any more. */
  removeOld(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Called for failures that no caller waits for. */
  readonly onFailure: OnStoreFailure;
  /** The steps to the schema version of the program; if omitted, those of this one. */
  readonly schemaSteps?: readonly SchemaStep[] | undefined;
}

/** Adds to a durable counter and returns its new value. Other transactions that add to it wait until this one ends. */
export async function addToCounter({ tables }: Transaction, name: CounterName, amount: number): Promise<number> {
  const counter = await tables
    .insertInto('tallies')
    .values({ name, amount })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ amount: sql<number>`tallies.amount + excluded.amount` }),
    )
    .returning('amount')
    .executeTakeFirstOrThrow();
  return counter.amount;
}
