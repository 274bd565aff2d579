import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import SqliteFile from 'libsql';
import { pause } from '../time.ts';
import type { Fault } from './fault.ts';
import { repeatedly } from './repeatedly.ts';

const STORE_CODES = ['STORE_UNAVAILABLE', 'DOWNLOAD_503', 'OPERATION_TIMEOUT', 'IDEMPOTENCY_UNCERTAIN'];

/** Faults of the database of asynchronous reports. Everything else must be right meanwhile. */
export const storeFaults: readonly Fault[] = [
  {
    name: 'database-locked',
    title: 'another process locks the SQLite file',
    hits: ['store'],
    codes: STORE_CODES,
    recoverySeconds: 5,
    maxLogins: () => 2,
    store: 'sqlite',
    async begin({ dataDir }, seconds) {
      const database = new SqliteFile(path.join(dataDir, 'requests.sqlite'));
      database.exec('PRAGMA busy_timeout = 10000');
      database.exec('BEGIN EXCLUSIVE');
      await pause(0);
      const firstEndsAtMs = performance.now() + (seconds / 2) * 1_000;
      const stop = repeatedly(500, async () => {
        if (!database.inTransaction) database.exec('BEGIN EXCLUSIVE');
        await pause(Math.max(2_000, firstEndsAtMs - performance.now()));
        database.exec('ROLLBACK');
      });
      return async () => {
        await stop();
        database.close();
      };
    },
  },
  {
    name: 'database-gone',
    title: 'PostgreSQL is stopped, and started again at the end',
    hits: ['store'],
    codes: STORE_CODES,
    recoverySeconds: 10,
    maxLogins: () => 2,
    store: 'postgres',
    async begin({ postgres }) {
      if (postgres === null) throw new Error('This fault needs a PostgreSQL.');
      await postgres.stop();
      return () => postgres.start();
    },
  },
  {
    name: 'disk-full',
    title: 'nothing more can be written to the SQLite file',
    hits: ['store'],
    codes: STORE_CODES,
    recoverySeconds: 5,
    maxLogins: () => 2,
    store: 'small-disk',
    async begin({ smallDisk, server }) {
      if (smallDisk === null) return limitFileSize(server.program.pid);
      await smallDisk.fill();
      return () => smallDisk.makeRoom();
    },
  },
];

/** Makes the file writes of a process fail with EFBIG after the first byte. Resolves with a function that ends this. */
async function limitFileSize(pid: number): Promise<() => Promise<void>> {
  const limit = async (size: string): Promise<void> => {
    await promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${size}:`]);
  };
  await limit('1');
  return () => limit('unlimited');
}
