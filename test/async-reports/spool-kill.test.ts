import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { imeisOf, usageOf } from '../support/world/async-world.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';

const SENDERS = 8;
const ENOUGH = 60;

describe('a server that is killed while the store is locked', { timeout: 60_000 }, () => {
  let built: BuiltServer;
  let folder: string;
  const running: StartedServer[] = [];

  beforeAll(async () => {
    built = await buildServer();
  });
  afterAll(() => built.remove());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spool-kill-'));
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await kill(server);
    await rm(folder, { recursive: true, force: true });
  });

  const kill = async (server: StartedServer): Promise<void> => {
    server.process.kill('SIGKILL');
    await server.exited();
  };
  const start = async (databaseUrl: string | null): Promise<{ server: StartedServer; callbackUrl: string }> => {
    const environment = { DATA_DIR: folder, CALLBACK_SECRET: 'the-secret', LOG_LEVEL: 'silent' };
    const server = built.start({ ...environment, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) });
    running.push(server);
    const origin = new URL(await server.address('API')).origin;
    return { server, callbackUrl: `${origin}/callbacks/device-reports/the-secret` };
  };
  /** Returns whether the message was answered with 200. */
  const post = (url: string, imei: string): Promise<boolean> =>
    fetch(url, { method: 'POST', body: JSON.stringify(usageOf('a transaction', imei)) }).then(
      (response) => response.status === 200,
      () => false,
    );
  const QUERY = "SELECT device FROM device_rows WHERE txid = 'a transaction'";
  const stored = async (databaseUrl: string | null): Promise<string[]> => {
    if (databaseUrl === null) {
      const file = new SqliteFile(path.join(folder, 'requests.sqlite'));
      const rows = file.prepare(QUERY).all([]) as { readonly device: string }[];
      file.close();
      return rows.map(({ device }) => device);
    }
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const { rows } = await client.query<{ device: string }>(QUERY).finally(() => client.end());
    return rows.map(({ device }) => device);
  };
  const lock = async (databaseUrl: string | null): Promise<() => Promise<void>> => {
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
    await client.query('BEGIN; LOCK TABLE requests IN EXCLUSIVE MODE');
    return async () => {
      await client.query('ROLLBACK');
      await client.end();
    };
  };

  test.each(['SQLite', 'PostgreSQL'] as const)(
    'loses nothing that it answered with 200, beside another that shares its folder, on %s',
    async (kind) => {
      const databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
      const [first, second] = [await start(databaseUrl), await start(databaseUrl)];
      const unlock = await lock(databaseUrl);
      const acknowledged = new Set<string>();
      const imeis = imeisOf(100_000).values();
      const killAfter = randomInt(1, ENOUGH);
      const kills: Promise<void>[] = [];
      const send = async (url: string): Promise<void> => {
        for (const imei of imeis) {
          const isAcknowledged = await post(url, imei);
          if (isAcknowledged) acknowledged.add(imei);
          if (acknowledged.size >= killAfter && kills.length === 0) kills.push(kill(first.server));
          if (acknowledged.size >= killAfter + ENOUGH || (!isAcknowledged && url === first.callbackUrl)) return;
        }
      };
      const urls = [first.callbackUrl, second.callbackUrl];
      await Promise.all(Array.from({ length: SENDERS }, (_, at) => send(urls[at % 2] ?? '')));
      await Promise.all(kills);
      expect(acknowledged.size).toBeGreaterThan(killAfter);
      expect(await stored(databaseUrl)).toEqual([]);
      await unlock();
      await start(databaseUrl);
      await eventually(async () => {
        const devices = new Set(await stored(databaseUrl));
        return [...acknowledged].filter((imei) => !devices.has(imei));
      }).toEqual([]);
      await eventually(async () => (await readdir(folder)).filter((name) => name.endsWith('.spool'))).toEqual([]);
    },
  );
});
