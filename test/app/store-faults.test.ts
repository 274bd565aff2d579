import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

/** A PostgreSQL that rejects every password. The one of the tests asks for none. */
async function startRejectingPostgres() {
  const fields = ['SFATAL', 'VFATAL', 'C28P01', 'Mpassword authentication failed for user "reports"', ''];
  const body = Buffer.from(`${fields.join('\0')}\0`);
  const head = Buffer.from([0x45, 0, 0, 0, body.length + 4]);
  const server = createServer((socket) => {
    socket.on('error', () => null);
    socket.once('data', () => socket.end(Buffer.concat([head, body])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('a store that cannot be opened', { timeout: 60_000 }, () => {
  let built: BuiltServer;
  let folder: string;
  let rejecting: Awaited<ReturnType<typeof startRejectingPostgres>>;
  let databaseUrl: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    await writeFile(path.join(folder, 'a-file'), '');
    [built, rejecting, databaseUrl] = await Promise.all([buildServer(), startRejectingPostgres(), createDatabase()]);
  }, 120_000);
  afterAll(async () => {
    rejecting.close();
    await built.remove();
    await rm(folder, { recursive: true });
  });

  const change = (changes: Partial<Pick<URL, 'username' | 'port' | 'pathname' | 'hostname'>>): string =>
    Object.assign(new URL(databaseUrl), { password: 'hunter2', ...changes }).href;
  const CASES: Record<string, () => Promise<[Record<string, string>, RegExp]>> = {
    'a database that is not there': () =>
      Promise.resolve([
        { DATABASE_URL: change({ pathname: '/no_such_database' }) },
        /database "no_such_database" does not exist, 3D000\) Create the database, or correct the name/,
      ]),
    'a role that is not there': () =>
      Promise.resolve([
        { DATABASE_URL: change({ username: 'nobody' }) },
        /role "nobody" does not exist, 28000\) Correct the user name and the password in DATABASE_URL/,
      ]),
    'a wrong password': () =>
      Promise.resolve([
        { DATABASE_URL: `postgres://reports:hunter2@127.0.0.1:${rejecting.port}/reports` },
        /password authentication failed for user "reports", 28P01\) Correct the user name and the password/,
      ]),
    'a wrong port': async () => [
      { DATABASE_URL: change({ port: String(await findFreePort()) }) },
      /connect ECONNREFUSED 127\.0\.0\.1:\d+, ECONNREFUSED\) Correct the host and the port in DATABASE_URL/,
    ],
    'a wrong host': () =>
      Promise.resolve([
        { DATABASE_URL: change({ hostname: 'no-such-host.invalid' }) },
        /getaddrinfo \w+ no-such-host\.invalid, \w+\) Correct the host and the port in DATABASE_URL/,
      ]),
    'a DATA_DIR in a file': () =>
      Promise.resolve([
        { DATA_DIR: path.join(folder, 'a-file', 'data') },
        /(?:ENOTDIR|EACCES).*\) Set DATA_DIR to a folder that this user can write to/,
      ]),
  };

  test.each(Object.keys(CASES))(
    'because of %s stops the start, and a check, with the driver’s reason, what to do, and no password',
    async (name) => {
      const [environment, expected] = (await CASES[name]?.()) ?? [{}, /./];
      const server = built.start(environment);
      expect(await server.exited()).toBe(1);
      const lines = server.complaints().trimEnd().split('\n');
      expect(lines.at(-1)).toMatch(expected);
      expect(server.output()).toBe('');

      const check = built.start(environment, 'check-config.js');
      expect(await check.exited()).toBe(1);
      expect(check.output()).toMatch(new RegExp(`^FAULT  Store: .*${expected.source}`, 'm'));
      expect(server.complaints() + check.output() + check.complaints()).not.toContain('hunter2');
    },
  );
});
