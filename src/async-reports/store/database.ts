import { type Compilable, type Kysely, sql } from 'kysely';
import type { StoreError } from './store-error.ts';
import type { Tables, CounterName } from './tables.ts';

export type Dialect = 'sqlite' | 'postgres';

/** One transaction that writes. */
export interface Transaction {
  readonly tables: Kysely<Tables>;
  /** Whether rows have to be locked before they are read for a change; else the transaction is alone anyway. */
  readonly locksRows: boolean;
  /** Runs a statement whose result nobody needs, after all others and at the latest with the commit. */
  later(statement: Compilable): void;
  /** Tells the topic's subscribers, on every process, once the transaction is committed. */
  notify(topic: string): void;
}

/** What the two databases do differently. Every promise may reject with a StoreError. */
export interface Database {
  /** Runs what only reads; it may run more than once. */
  read<T>(work: (tables: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Runs what writes, in one durable commit; it may run more than once, with only the last run's effect. */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Calls back after each commit that told the topic, and after any gap in which one may have been missed. */
  subscribe(topic: string, listener: () => void): () => void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Told of trouble that no caller waits for. */
  readonly onFailure: (error: StoreError) => void;
}

/** Adds to a count that is kept for good, and gives its new amount. Other transactions that add to it wait for this one. */
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
