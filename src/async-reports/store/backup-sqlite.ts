import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import SqliteFile from 'libsql';
import { toStoreError } from './driver-error.ts';
import { SQLITE_FILE_NAME } from './sqlite-file.ts';
import { StoreError } from './store-error.ts';
import { syncFolder } from './spool-folder.ts';

const BUSY_TIMEOUT_MS = 30_000;

/**
 * Copies the database in `dataDir` to a new file, readable by the owner only, as it is at one moment. Servers can go on reading and writing.
 * Returns the bytes of the copy, which is on disk and has been checked. Throws StoreError; then there is no such file.
 */
export function backUpSqlite(dataDir: string, file: string): number {
  const partial = `${path.resolve(file)}.partial`;
  try {
    if (existsSync(file)) throw new StoreError('FAILED', 'EEXIST', `${file} exists already`);
    const source = path.resolve(dataDir, SQLITE_FILE_NAME);
    if (!existsSync(source)) throw new StoreError('UNAVAILABLE', 'ENOENT', `there is no database in ${dataDir}`);
    copy(source, partial);
    check(partial);
    sync(partial);
    renameSync(partial, file);
    syncFolder(path.dirname(path.resolve(file)));
    return statSync(file).size;
  } catch (error) {
    rmSync(partial, { force: true });
    throw toStoreError(error);
  }
}

function copy(source: string, target: string): void {
  rmSync(target, { force: true });
  // SQLite accepts an empty file, and would create one that others can read.
  closeSync(openSync(target, 'wx', 0o600));
  withDatabase(source, (database) => database.prepare('VACUUM INTO ?').run([target]));
}

function check(file: string): void {
  const faults = withDatabase(file, (database) => database.pragma('quick_check') as { readonly quick_check: string }[]);
  const [first] = faults;
  if (first?.quick_check !== 'ok') throw new StoreError('FAILED', 'SQLITE_CORRUPT', first?.quick_check ?? null);
}

function withDatabase<T>(file: string, work: (database: SqliteFile.Database) => T): T {
  const database = new SqliteFile(file);
  try {
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return work(database);
  } finally {
    database.close();
  }
}

function sync(file: string): void {
  const opened = openSync(file, 'r+');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
