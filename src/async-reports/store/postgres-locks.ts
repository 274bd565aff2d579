import { hash } from 'node:crypto';
import type pg from 'pg';
import type { SharedLocks } from '../../domain/shared-locks.ts';
import { toStoreError } from './driver-error.ts';
import { createPool, MAX_CONNECTIONS } from './postgres-pool.ts';

/** A lock is not worth waiting for longer: whoever wants it can do without. */
const TIMEOUTS = { statement_timeout: 3_000, query_timeout: 4_000 };

export interface PostgresLocks extends SharedLocks {
  /** Releases all locks. */
  close(): Promise<void>;
}

/**
 * Creates locks that PostgreSQL holds for a connection (advisory locks), so that a server that ends has none. Each lock that is held
 * keeps a connection; the rest are closed when idle. `tryAcquire` rejects with a StoreError.
 */
export function createPostgresLocks(connection: pg.ClientConfig): PostgresLocks {
  const pool = createPool({ ...connection, ...TIMEOUTS, max: MAX_CONNECTIONS.locks });
  const held = new Set<pg.PoolClient>();

  const release = async (client: pg.PoolClient, key: string): Promise<void> => {
    if (!held.delete(client)) return;
    await client.query('SELECT pg_advisory_unlock($1::bigint)', [key]).then(
      () => client.release(),
      () => client.release(true),
    );
  };
  return {
    async tryAcquire(name) {
      const key = toKey(name);
      const client = await pool.connect().catch(throwStoreError);
      try {
        const { rows } = await client.query<{ hasLock: boolean }>(
          'SELECT pg_try_advisory_lock($1::bigint) AS "hasLock"',
          [key],
        );
        if (rows[0]?.hasLock === true) {
          held.add(client);
          return () => release(client, key);
        }
      } catch (error) {
        client.release(true);
        throw toStoreError(error);
      }
      client.release();
      return null;
    },
    async close() {
      for (const client of held) client.release(true);
      held.clear();
      await pool.end();
    },
  };
}

function throwStoreError(error: unknown): never {
  throw toStoreError(error);
}

/** PostgreSQL names locks by 64-bit numbers. */
function toKey(name: string): string {
  return Buffer.from(hash('sha256', name, 'hex'), 'hex')
    .readBigInt64BE()
    .toString();
}
