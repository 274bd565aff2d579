import path from 'node:path';
import pg from 'pg';
import SqliteFile from 'libsql';

/** Locks a store against every write: the database at this URL, or if that is null, the file in the folder. Returns the function that unlocks it. */
export async function lockStore(databaseUrl: string | null, folder: string): Promise<() => Promise<void>> {
  if (databaseUrl === null) {
    const file = new SqliteFile(path.join(folder, 'requests.sqlite'));
    file.exec('BEGIN IMMEDIATE');
    return () => {
      file.exec('ROLLBACK');
      file.close();
      return Promise.resolve();
    };
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('BEGIN; LOCK TABLE requests, aside_bodies IN EXCLUSIVE MODE');
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}
