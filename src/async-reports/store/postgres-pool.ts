import pg from 'pg';
import type { PoolUse } from './database.ts';

const CONNECTION = {
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  lock_timeout: 10_000,
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  // Longer than statement_timeout: this one ends a query only if the network fails.
  query_timeout: 35_000,
  application_name: 'device-reports',
  // Sends statements without waiting for the results of earlier ones; see `transact`.
  pipeline: true,
};

/** How many of this server's reads for callers run at once. */
export const READ_LIMITS = { concurrentReads: 6, concurrentReadsPerPrincipal: 3 };

/** The most connections that a server opens, by what they are for. */
export const MAX_CONNECTIONS = {
  writes: 10,
  // Those of callers have connections of their own, so that no write waits for one. One more than they use, for finding the report of
  // a subscription or an idempotency key.
  reads: READ_LIMITS.concurrentReads + 1,
  // Most locks are held briefly: those of sign-in, of removing expired data, and of recording usage. That of fleet reports is held
  // while any is open.
  locks: 4,
  // Statements take a millisecond or less, so they do not have to wait for those of reports.
  limits: 2,
  listener: 1,
} as const;

/** How every connection of this server is opened. */
export function toConnection(databaseUrl: string): pg.ClientConfig {
  return { ...CONNECTION, connectionString: databaseUrl, types: createTypes() };
}

/** Creates a pool whose connections may break at any time. */
export function createPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  // A connection that breaks is replaced. Whoever uses it gets the error from the statement that failed. Without a listener of its
  // own, a connection in use would end the process when it breaks: the pool listens to idle ones only.
  pool.on('error', () => null);
  pool.on('connect', (client) => client.on('error', () => null));
  return pool;
}

/** Parses bigint columns as numbers. All values in these tables are safe integers. */
function createTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, parseInt8);
  return types;
}

function parseInt8(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError('a bigint is not a safe integer');
  return number;
}

/** What a pool has now. */
export function toPoolUse(name: PoolUse['pool'], { totalCount, idleCount, waitingCount }: pg.Pool): PoolUse {
  return { pool: name, used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
