import { randomUUID } from 'node:crypto';
import { createAdd } from './add-report.ts';
import { createDeadLetters, type DeadLetterLimits } from './dead-letters.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';
import type { Database } from './database.ts';
import { createKeyValueStore } from './key-values.ts';
import { createOtherPages } from './result-pages.ts';
import { createRecordMessages } from './record-messages.ts';
import { createRequestList } from './list-pages.ts';
import type { ReportStore } from './store.ts';
import { openSqlite } from './sqlite.ts';
import { createRetention } from './retention.ts';
import type { StoreError } from './store-error.ts';
import { toReportTopic } from '../idempotency.ts';
import { createTotals } from './totals.ts';
import type { UnknownLimits } from './unknown-transactions.ts';
import { createUsagePages } from './usage-pages.ts';

export interface ReportStoreOptions {
  /** A PostgreSQL address; null for SQLite in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds; rejects once the signal is aborted. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** CALLBACK_QUIET_MINUTES, CALLBACK_DEADLINE_HOURS and RETENTION_DAYS, in milliseconds. */
  readonly quietMs: number;
  readonly deadlineMs: number;
  readonly retentionMs: number;
  /** Told of trouble that no caller waits for: notifications that broke off, unknown messages that made no room. */
  readonly onFailure: (error: StoreError) => void;
  /** Where it is left out: DEFAULT_LIMITS. */
  readonly limits?: StoreLimits;
}

export interface StoreLimits {
  readonly unreadable: DeadLetterLimits;
  readonly unknown: UnknownLimits;
}

export const DEFAULT_LIMITS: StoreLimits = {
  unreadable: { bodies: 1_000, bytesPerBody: 16_384 },
  unknown: { transactions: 1_000, messages: 100_000 },
};

/** Opens the store and brings its tables up to date, safely beside other processes that do the same. Rejects with a StoreError. */
export async function openReportStore(options: ReportStoreOptions): Promise<ReportStore> {
  const { databaseUrl, dataDir, wait, onFailure } = options;
  if (databaseUrl === null) return createRequestStore(await openSqlite({ dataDir, wait, onFailure }), options);
  // Its driver takes memory and time at start, which SQLite's users need not spend.
  const { openPostgres } = await import('./postgres.ts');
  return createRequestStore(await openPostgres({ databaseUrl, wait, onFailure }), options);
}

function createRequestStore(
  database: Database,
  { now, quietMs, deadlineMs, retentionMs, onFailure, limits = DEFAULT_LIMITS }: ReportStoreOptions,
): ReportStore {
  return {
    ...createIdempotencyKeys({ database, now, newToken: randomUUID }),
    ...createDeadLetters({ database, limits: limits.unreadable }),
    ...createRequestList({ database, now }),
    ...createOtherPages(database),
    ...createTotals(database),
    add: createAdd({ database, now, quietMs, deadlineMs }),
    recordMessages: createRecordMessages({ database, quietMs, unknownLimits: limits.unknown, onFailure }),
    usage: createUsagePages(database),
    removeExpired: createRetention({ database, now, retentionMs }),
    subscribe: (txid, listener) => database.subscribe(toReportTopic(txid), listener),
    keyValues: createKeyValueStore(database),
    close: database.close,
  };
}
