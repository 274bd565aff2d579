import { hash } from 'node:crypto';
import type pg from 'pg';
import type { StoredLimits } from './database.ts';
import { toStoreError } from './driver-error.ts';
import {
  ADD_REQUESTS,
  PAUSE_CALLS,
  PAUSES,
  READ_PAUSES,
  REMOVE_OLD,
  RESERVE_CALLS,
  SHARE_COUNTS,
  SHARE_OPEN,
} from './limit-statements.ts';
import { createPool, MAX_CONNECTIONS } from './postgres-pool.ts';

/** Kept open, so that a call does not have to wait for a connection. */
const MIN_CONNECTIONS = 1;
/** Whoever waits for longer does without: a limit must not stop what it limits. */
const TIMEOUTS = {
  connectionTimeoutMillis: 3_000,
  lock_timeout: 1_000,
  statement_timeout: 2_000,
  query_timeout: 2_500,
};

export interface PostgresLimitsOptions {
  readonly connection: pg.ClientConfig;
  readonly subscribe: (topic: string, listener: () => void) => () => void;
}

/** Creates limits that PostgreSQL counts. Promises reject with a StoreError. */
export function createPostgresLimits({ connection, subscribe }: PostgresLimitsOptions): StoredLimits {
  const pool = createPool({ ...connection, ...TIMEOUTS, max: MAX_CONNECTIONS.limits, min: MIN_CONNECTIONS });
  const query = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> => {
    try {
      return (await pool.query<Row>(text, [...values])).rows;
    } catch (error) {
      throw toStoreError(error);
    }
  };
  return {
    async reserveCalls(key, count, { maxCalls, periodMs }) {
      const [row] = await query<{ waits: number[] }>(RESERVE_CALLS, [key, count, maxCalls, periodMs]);
      return row?.waits ?? [];
    },
    async pauseCalls(key, milliseconds) {
      await query(PAUSE_CALLS, [key, Math.ceil(milliseconds)]);
    },
    async readPauses(prefix) {
      const rows = await query<{ key: string; leftMs: number }>(READ_PAUSES, [prefix]);
      return new Map(rows.map(({ key, leftMs }) => [key, leftMs]));
    },
    onPause: (listener) => subscribe(PAUSES, listener),
    async addRequests(added, perMs) {
      const callers = toStored(added.keys());
      const rows = await query<{ key: string; requests: number }>(ADD_REQUESTS, [
        [...callers.keys()],
        [...added.values()],
        perMs,
      ]);
      return new Map(rows.map(({ key, requests }) => [callers.get(key) ?? '', requests]));
    },
    async shareOpen(server, changed, callers) {
      const asked = toStored(callers);
      const rows = await query<{ key: string; open: number }>(SHARE_OPEN, [
        server,
        [...toStored(changed.keys()).keys()],
        [...changed.values()],
        [...asked.keys()],
      ]);
      return new Map(rows.map(({ key, open }) => [asked.get(key) ?? '', open]));
    },
    async shareCounts({ server, day, sinceMs, counts }) {
      const values = [server, day, sinceMs, JSON.stringify(counts)];
      const [row] = await query<{ servers: number; since: number | null; counts: Record<string, number> }>(
        SHARE_COUNTS,
        values,
      );
      return {
        servers: row?.servers ?? 0,
        sinceMs: row?.since ?? null,
        counts: new Map(Object.entries(row?.counts ?? {})),
      };
    },
    async removeOld() {
      for (const statement of REMOVE_OLD) await query(statement, []);
    },
    close: () => pool.end(),
  };
}

/** Callers by what is stored in their place, in the same order: it does not say who they are. */
function toStored(callers: Iterable<string>): ReadonlyMap<string, string> {
  return new Map([...callers].map((caller) => [hash('sha256', caller, 'base64url'), caller]));
}
