import pg from 'pg';
import { inject } from 'vitest';

/** Creates an empty database in the PostgreSQL of the run, and returns its address. */
export async function createDatabase(): Promise<string> {
  const response = await fetch(inject('databasesUrl'), { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Closes every connection to a database, as a restart of its server would. */
export async function dropConnections(databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const client = new pg.Client(new URL('/postgres', databaseUrl).href);
  await client.connect();
  await client
    .query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
    .finally(() => client.end());
}
