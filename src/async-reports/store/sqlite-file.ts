import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import SqliteFile from 'libsql';
import { toStoreError } from './driver-error.ts';
import type { SqliteLocation } from './sqlite-reader.ts';
import { StoreError } from './store-error.ts';

export const SQLITE_FILE_NAME = 'requests.sqlite';

/** How long a statement waits for another process's lock. A write blocks the event loop, so it is short and retried after a pause. */
const BUSY_TIMEOUT_MS = 2;

/** The database file, opened by this process. */
export interface OpenFile {
  readonly database: SqliteFile.Database;
  readonly location: SqliteLocation;
  /** Throws UNAVAILABLE if the file was moved or deleted: data written to it would be lost when this process ends. */
  assertInPlace(): void;
  /** Moves the log of changes into the file and empties it. Returns whether nobody else was using it. */
  emptyLog(): boolean;
}

/** Opens the database file in the folder. Creates both if they are missing, readable by the owner only. Throws StoreError. */
export function openFile(dataDir: string): OpenFile {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // The working directory of the process may change before the reader opens the file.
    const filePath = path.resolve(dataDir, SQLITE_FILE_NAME);
    closeSync(openSync(filePath, 'a', 0o600));
    chmodSync(filePath, 0o600);
    const { ino } = statSync(filePath);
    const database = new SqliteFile(filePath);
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // What is deleted is overwritten in the pages that are written anyway.
    database.pragma('secure_delete = FAST');
    return {
      database,
      location: { path: filePath, ino, busyTimeoutMs: BUSY_TIMEOUT_MS },
      assertInPlace() {
        if (statSync(filePath, { throwIfNoEntry: false })?.ino !== ino) throw new StoreError('UNAVAILABLE', 'MOVED');
      },
      emptyLog() {
        const [{ busy } = { busy: 1 }] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
        return busy === 0;
      },
    };
  } catch (error) {
    throw toStoreError(error);
  }
}
