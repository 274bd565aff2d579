import pg from 'pg';
import type { DatabaseOptions } from './database.ts';
import { toReportedError } from './driver-error.ts';
import type { Watchers } from './notifications.ts';

export const NOTIFICATION_CHANNEL = 'device_reports';

const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 1_000;

export interface PostgresListenerOptions extends DatabaseOptions {
  readonly connection: pg.ClientConfig;
  readonly watchers: Watchers;
}

export interface PostgresListener {
  close(): Promise<void>;
}

/**
 * Keeps one connection that listens for the commits of all processes (LISTEN/NOTIFY). After each reconnect it notifies all
 * watchers, because notifications may have been missed. A heartbeat detects a connection that died silently.
 */
export function startPostgresListener(options: PostgresListenerOptions): PostgresListener {
  const { wait, onFailure } = options;
  const closing = new AbortController();

  const keepListening = async (): Promise<void> => {
    for (;;) {
      await listen(options, closing.signal).catch((error: unknown) => {
        if (!closing.signal.aborted) onFailure(toReportedError(error), 'notifications');
      });
      await wait(RECONNECT_MS, closing.signal);
    }
  };

  // `close` ends the loop: the wait rejects.
  const listening = keepListening().catch(() => null);
  return {
    async close() {
      closing.abort();
      await listening;
    },
  };
}

/** Listens until the connection breaks or the signal aborts; rejects in both cases. */
async function listen({ connection, watchers, wait }: PostgresListenerOptions, closing: AbortSignal): Promise<void> {
  const client = new pg.Client(connection);
  const ending = new AbortController();
  const broken = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('the connection ended')));
    closing.addEventListener('abort', () => reject(new Error('closing')), { signal: ending.signal });
  });
  client.on('notification', ({ payload }) => {
    if (payload !== undefined) watchers.notify(payload);
  });
  const beat = async (): Promise<void> => {
    await client.connect();
    await client.query(`LISTEN ${NOTIFICATION_CHANNEL}`);
    watchers.notifyAll();
    for (;;) {
      await wait(HEARTBEAT_MS, ending.signal);
      await client.query('SELECT 1');
    }
  };
  try {
    await Promise.race([broken, beat()]);
  } finally {
    ending.abort();
    await client.end().catch(() => null);
  }
}
