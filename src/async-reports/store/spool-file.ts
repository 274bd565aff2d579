import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import SqliteFile from 'libsql';
import { toReportedError } from './driver-error.ts';
import { listSpoolFiles, makeSpoolFolder, syncFolder, toSpoolPath, type SpoolFolder } from './spool-folder.ts';
import { StoreError } from './store-error.ts';

/** A callback body as it was received, unpacked if that was possible. */
export interface CallbackBody {
  readonly bytes: Buffer;
  /** The charset that its sender named, in lower case; null if it named none. */
  readonly charset: string | null;
  /** Why it could not be unpacked; null if it could. Contains nothing from the body itself. */
  readonly fault: string | null;
  readonly receivedAtMs: number;
}

export interface SpooledBody extends CallbackBody {
  readonly id: number;
}

/**
 * Callback bodies on disk, until the store can record them. The file belongs to this process: the operating system holds its lock,
 * and releases it even if the process is killed. Every function may throw a StoreError.
 */
export interface SpoolFile {
  /** The bytes of the bodies in it. */
  bytes(): number;
  /** Whether it is where it was created. What is written to a file that was deleted is lost when this process ends. */
  isInPlace(): boolean;
  /** Returns the ids of the bodies, after they are on disk: all of them or none. */
  append(bodies: readonly CallbackBody[]): number[];
  /** Returns the first bodies after an id, up to `maxBodies`, and one at least if there is one, however large. */
  read(afterId: number, maxBodies: number, maxBytes: number): SpooledBody[];
  remove(ids: readonly number[]): void;
  /** Releases the file, and deletes it if it is empty. */
  close(): void;
}

/** Another process has the lock, or is gone. There is nothing to wait for. */
const BUSY_TIMEOUT_MS = 1;
const OPEN = `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS bodies (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at INTEGER NOT NULL, charset TEXT, fault TEXT, size INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  COMMIT`;
const RELEASE = 'PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; BEGIN IMMEDIATE; COMMIT';

/** Creates a file in the folder, and the folder if it is missing, readable by the owner only. `name` is new. Throws StoreError. */
export function createSpoolFile(folder: SpoolFolder, name: string): SpoolFile {
  return asStoreError(() => {
    makeSpoolFolder(folder.path);
    const filePath = toSpoolPath(folder, name);
    closeSync(openSync(filePath, 'ax', 0o600));
    const file = open(filePath);
    // Another process can have found the file before it was locked, and deleted it because it was empty.
    if (file === null) throw new StoreError('UNAVAILABLE', 'MOVED');
    syncFolder(folder.path);
    return file;
  });
}

/**
 * Opens the files of the database that processes left when they ended. Those of running processes, of this one as well, are locked and
 * stay.
 */
export function adoptSpoolFiles(folder: SpoolFolder, onFailure: (error: StoreError) => void): SpoolFile[] {
  return listSpoolFiles(folder, onFailure).flatMap((filePath) => {
    try {
      return open(filePath) ?? [];
    } catch (error) {
      const failure = toReportedError(error);
      if (failure.driverCode?.startsWith('SQLITE_BUSY') !== true) onFailure(failure);
      return [];
    }
  });
}

/** Locks and opens a file. Returns null if it is no longer there. */
function open(filePath: string): SpoolFile | null {
  const before = inodeOf(filePath);
  if (before === null) return null;
  const database = new SqliteFile(filePath);
  try {
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec(OPEN);
    if (inodeOf(filePath) === before) return toSpoolFile(database, () => inodeOf(filePath) === before, filePath);
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return null;
}

function toSpoolFile(database: SqliteFile.Database, isInPlace: () => boolean, filePath: string): SpoolFile {
  const insert = database.prepare(
    'INSERT INTO bodies (received_at, charset, fault, size, bytes) VALUES (?, ?, ?, ?, ?) RETURNING id',
  );
  const sum = database.prepare('SELECT COALESCE(SUM(size), 0) AS bytes, COUNT(*) AS bodies FROM bodies');
  const readSum = () => sum.get([]) as { readonly bytes: number; readonly bodies: number };
  const transact = <T>(work: () => T): T =>
    asStoreError(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  let { bytes: bytesNow } = readSum();

  return {
    bytes: () => bytesNow,
    isInPlace,
    append(bodies) {
      const ids = transact(() =>
        bodies.map(({ receivedAtMs, charset, fault, bytes }) => {
          // A single buffer that is not in a list ends the process.
          const row = insert.get([receivedAtMs, charset, fault, bytes.length, bytes]) as { readonly id: number };
          return row.id;
        }),
      );
      bytesNow = readSum().bytes;
      return ids;
    },
    read: (afterId, maxBodies, maxBytes) =>
      asStoreError(() => {
        const rows = database
          .prepare(
            `SELECT id, received_at, charset, fault, bytes FROM (
              SELECT *, SUM(size) OVER (ORDER BY id) - size AS before
              FROM (SELECT * FROM bodies WHERE id > ? ORDER BY id LIMIT ?)
            ) WHERE before < ?`,
          )
          .all([afterId, maxBodies, maxBytes]) as StoredBody[];
        return rows.map(({ received_at, bytes, ...row }) => ({
          ...row,
          receivedAtMs: received_at,
          bytes: Buffer.from(bytes),
        }));
      }),
    remove(ids) {
      transact(() => database.prepare(`DELETE FROM bodies WHERE id IN (${ids.map(Number).join()})`).run([]));
      bytesNow = readSum().bytes;
    },
    close() {
      asStoreError(() => {
        const isEmpty = readSum().bodies === 0;
        // Deleted before the lock is released: nobody can find the file and write to it in between.
        if (isEmpty) for (const suffix of ['', '-wal', '-shm']) rmSync(`${filePath}${suffix}`, { force: true });
        // `close` alone does not release the lock, because the driver closes its statements later.
        else database.exec(RELEASE);
        database.close();
      });
    },
  };
}

interface StoredBody {
  readonly id: number;
  readonly received_at: number;
  readonly charset: string | null;
  readonly fault: string | null;
  readonly bytes: ArrayBuffer;
}

function inodeOf(filePath: string): number | null {
  return statSync(filePath, { throwIfNoEntry: false })?.ino ?? null;
}

function asStoreError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toReportedError(error);
  }
}
