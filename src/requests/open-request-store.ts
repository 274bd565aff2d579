import type { RequestStore } from './request-store.ts';
import type { StoreError } from './store-error.ts';

export interface RequestStoreOptions {
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
  /** Told of trouble that no caller waits for: the notifications' connection was lost. */
  readonly onTrouble: (error: StoreError) => void;
}

/** Opens the store and brings its tables up to date, safely beside other processes that do the same. Rejects with a StoreError. */
export type OpenRequestStore = (options: RequestStoreOptions) => Promise<RequestStore>;
