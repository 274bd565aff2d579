import { randomUUID } from 'node:crypto';
import { toReportTopic } from '../idempotency.ts';
import { createAdd } from './add-report.ts';
import type { Database } from './database.ts';
import { createDeadLetters, type DeadLetterLimits } from './dead-letters.ts';
import { createEraseDevice } from './erase-device.ts';
import { createFleetStore } from './create-fleet-store.ts';
import { createIdempotencyKeys } from './idempotency-keys.ts';
import { createKeyValueStore } from './key-values.ts';
import { createReportList } from './list-pages.ts';
import { createRecordMessages } from './record-messages.ts';
import { createRecordDays } from './record-days.ts';
import { createRemoveBefore } from './record-removal.ts';
import type { RecordStore } from './record-store.ts';
import { createRecordedReads } from './recorded-reads.ts';
import { createRecordedRows } from './recorded-rows.ts';
import { observeDatabase, type OnDatabaseUse } from './observed-database.ts';
import { createResultPages } from './result-pages.ts';
import { createRetention } from './retention.ts';
import { openSqlite } from './sqlite.ts';
import type { SchemaStep } from './schema-steps.ts';
import { createStatusCounts } from './status-counts.ts';
import type { ReportStore } from './store.ts';
import type { OnStoreFailure } from './store-error.ts';
import { createTotals } from './totals.ts';
import { createUsagePages } from './usage-pages.ts';

export interface ReportStoreOptions {
  /** A PostgreSQL URL; null for SQLite in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Returns the time in epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after that many milliseconds. Rejects when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** CALLBACK_QUIET_MINUTES, CALLBACK_DEADLINE_HOURS and RETENTION_DAYS, in milliseconds. */
  readonly quietMs: number;
  readonly deadlineMs: number;
  readonly retentionMs: number;
  /** CALLBACK_UNKNOWN_MAX_BYTES: approximate bytes that all unknown transactions may take together. */
  readonly unknownMaxBytes: number;
  /** Called for failures that no caller waits for: lost notifications, and the end of the thread that reads. */
  readonly onFailure: OnStoreFailure;
  /** Called after each use of the database, with the time by this monotonic clock; by default nothing is. */
  readonly observe?: { readonly onUse: OnDatabaseUse; readonly monotonic: () => number };
  /** If omitted: 1,000 bodies, and 64 MiB. */
  readonly deadLetterLimits?: DeadLetterLimits;
  /** The steps to the schema version of the program; if omitted, those of this one. */
  readonly schemaSteps?: readonly SchemaStep[];
}

const DEAD_LETTER_LIMITS: DeadLetterLimits = { bodies: 1_000, bytes: 64 * 2 ** 20 };

/** Opens the store and migrates its tables. Several processes may do so at the same time. Rejects with a StoreError. */
export async function openReportStore(options: ReportStoreOptions): Promise<ReportStore> {
  const { databaseUrl, dataDir, wait, onFailure, schemaSteps, observe } = options;
  const create = (database: Database): ReportStore =>
    createReportStore(
      observe === undefined ? database : observeDatabase(database, observe.monotonic, observe.onUse),
      options,
    );
  if (databaseUrl === null) return create(await openSqlite({ dataDir, wait, onFailure, schemaSteps }));
  // Imported only if needed: the PostgreSQL driver costs memory and start-up time.
  const { openPostgres } = await import('./postgres.ts');
  return create(await openPostgres({ databaseUrl, wait, onFailure, schemaSteps }));
}

function createReportStore(
  database: Database,
  { now, quietMs, deadlineMs, retentionMs, unknownMaxBytes, deadLetterLimits = DEAD_LETTER_LIMITS }: ReportStoreOptions,
): ReportStore {
  return {
    readLimits: database.readLimits,
    ...createIdempotencyKeys({ database, now, newToken: randomUUID }),
    ...createDeadLetters({ database, limits: deadLetterLimits }),
    ...createReportList({ database, now }),
    ...createResultPages(database),
    ...createTotals(database),
    ...createStatusCounts({ database, now }),
    pools: database.pools,
    add: createAdd({ database, now, quietMs, deadlineMs }),
    recordMessages: createRecordMessages({ database, quietMs, unknownMaxBytes }),
    usage: createUsagePages(database),
    removeExpired: createRetention({ database, now, retentionMs }),
    subscribe: (txid, listener) => database.subscribe(toReportTopic(txid), listener),
    ...createEraseDevice({ database, now, newToken: randomUUID }),
    fleets: createFleetStore({ database, now, newToken: randomUUID, retentionMs }),
    record: createRecordStore(database),
    keyValues: createKeyValueStore(database),
    locks: database.locks,
    limits: database.limits,
    close: database.close,
  };
}

function createRecordStore(database: Database): RecordStore {
  return {
    ...createRecordDays(database),
    ...createRecordedRows(database),
    ...createRecordedReads(database),
    removeBefore: createRemoveBefore(database),
  };
}
