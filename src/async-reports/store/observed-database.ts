import type { Database } from './database.ts';
import { toReportedError } from './driver-error.ts';
import type { StoreError } from './store-error.ts';

/** What the database was asked for: a caller's read, a small read of the server itself, or a write with its commit. */
export type DatabaseUseKind = 'read' | 'own-read' | 'write';

/** What came of one use of the database. */
export interface DatabaseUse {
  readonly kind: DatabaseUseKind;
  /** Repetitions and waiting included. */
  readonly milliseconds: number;
  /** Null if it worked. */
  readonly error: StoreError | null;
}

/** Hears of each use of the database. It must not throw. */
export type OnDatabaseUse = (use: DatabaseUse) => void;

/** A database whose uses are reported. What a list or cursor rejects is not a failure of the database, and counts as one that worked. */
export function observeDatabase(database: Database, monotonic: () => number, onUse: OnDatabaseUse): Database {
  const observe = async <T>(kind: DatabaseUseKind, work: () => Promise<T>): Promise<T> => {
    const startedAtMs = monotonic();
    const end = (error: StoreError | null): void => onUse({ kind, milliseconds: monotonic() - startedAtMs, error });
    try {
      const result = await work();
      end(null);
      return result;
    } catch (error) {
      const failure = toReportedError(error);
      if (failure.code !== 'CLOSED') end(IS_ANSWER.has(failure.code) ? null : failure);
      throw error;
    }
  };
  return {
    ...database,
    read: (work) => observe('read', () => database.read(work)),
    readOwn: (work) => observe('own-read', () => database.readOwn(work)),
    write: (work) => observe('write', () => database.write(work)),
  };
}

/** The work itself threw these. */
const IS_ANSWER: ReadonlySet<string> = new Set(['BAD_CURSOR', 'TXID_TAKEN', 'UNKNOWN_FULL', 'TOO_NEW', 'OVERLOADED']);
