import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { findFreePort } from '../support/free-port.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { buildServer, type BuiltServer } from '../support/world/built-server.ts';

/** What PostgreSQL answers if it does not let somebody in. */
function toFatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}

describe('npm run check-config', { timeout: 60_000 }, () => {
  let built: BuiltServer;
  let platform: Server;
  let asked: IncomingMessage[];
  let dataDir: string;
  let toPlatform: Record<string, string>;
  beforeAll(async () => {
    built = await buildServer();
    platform = createServer((request, response) => {
      asked.push(request);
      response.writeHead(request.url === '/keys' ? 200 : 404).end('{"keys":[]}');
    }).listen(0, '127.0.0.1');
    await once(platform, 'listening');
  }, 120_000);
  afterAll(async () => {
    platform.close();
    await built.remove();
  });
  beforeEach(async () => {
    asked = [];
    dataDir = await mkdtemp(path.join(tmpdir(), 'device-reports-'));
    toPlatform = {
      DATA_DIR: dataDir,
      THINGSPACE_CLIENT_ID: 'id-5f1c',
      THINGSPACE_CLIENT_SECRET: 'secret-8a2e',
      THINGSPACE_USERNAME: 'user-77b0',
      THINGSPACE_PASSWORD: 'password-d4c9',
      THINGSPACE_BASE_URL: `${originOf(platform)}/api`,
    };
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const check = async (environment: Record<string, string>) => {
    const started = built.start(environment, 'check-config.js');
    const code = await started.exited();
    return { code, output: started.output(), complaints: started.complaints() };
  };

  test('finds no fault with nothing set, and creates nothing', async () => {
    const { code, output, complaints } = await check({ DATA_DIR: path.join(dataDir, 'a', 'b') });
    expect([code, complaints]).toEqual([0, '']);
    expect(output).toBe(
      'ok     Store: SQLite. A start creates its tables.\nok     Platform: The embedded simulator, with made-up data.\n',
    );
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('reaches the platform and the key set by one GET each, without credentials, and signs in nowhere', async () => {
    const { code, output } = await check({
      ...toPlatform,
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: `${originOf(platform)}/keys`,
      AUTH_ISSUER: 'https://login.example.com/',
      AUTH_AUDIENCE: 'https://reports.example.com',
    });
    expect(code).toBe(0);
    expect(output).toMatch(/^ok {5}Platform: 127\.0\.0\.1:\d+ answers with status 404\. Nobody has signed in\.$/m);
    expect(output).toMatch(/^ok {5}Key set: 127\.0\.0\.1:\d+ answers with status 200\./m);
    expect(asked.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(['GET /api', 'GET /keys']);
    for (const { headers } of asked) {
      expect(headers.authorization).toBeUndefined();
      expect(JSON.stringify(headers)).not.toMatch(/5f1c|8a2e|77b0|d4c9/);
    }
  });

  test('exits with 1 if the platform or the key set does not answer as it should', async () => {
    const { code, output } = await check({
      ...toPlatform,
      THINGSPACE_BASE_URL: `http://127.0.0.1:${await findFreePort()}/api`,
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: `${originOf(platform)}/none`,
      AUTH_ISSUER: 'https://login.example.com/',
      AUTH_AUDIENCE: 'https://reports.example.com',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^FAULT {2}Platform: 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)\.$/m);
    expect(output).toMatch(/^FAULT {2}Key set: 127\.0\.0\.1:\d+ answers with status 404 instead of 200\.$/m);
  });

  test('exits with 1 and names every bad setting, or document', async () => {
    const settings = await check({ PORT: 'http', THINGSPACE_PASWORD: 'hunter2' });
    expect([settings.code, settings.output]).toEqual([1, '']);
    expect(settings.complaints).toContain('PORT: Set it to');
    expect(settings.complaints).toContain('Did you mean THINGSPACE_PASSWORD?');
    const file = path.join(dataDir, 'documents.json');
    await writeFile(file, JSON.stringify({ good: '{ __typename }', bad: '{ nothing }' }));
    const documents = await check({ TRUSTED_DOCUMENTS: file, DATA_DIR: dataDir });
    expect([documents.code, documents.output]).toEqual([1, '']);
    expect(documents.complaints).toContain('TRUSTED_DOCUMENTS: bad: Cannot query field "nothing"');
    await writeFile(file, JSON.stringify({ good: '{ __typename }' }));
    const { code, output } = await check({ TRUSTED_DOCUMENTS: file, DATA_DIR: dataDir });
    expect([code, output]).toEqual([0, expect.stringMatching(/^ok {5}Documents: 1 trusted\.$/m) as unknown]);
  });

  test('reads the version of the tables on SQLite, and rejects those of a later version', async () => {
    const server = built.start({ DATA_DIR: dataDir, SHUTDOWN_DELAY_SECONDS: '0' });
    await server.address('API');
    const running = await check({ DATA_DIR: dataDir });
    expect(running.output).toMatch(/^ok {5}Store: SQLite\. Its tables have version \d+\.$/m);
    server.process.kill('SIGTERM');
    await server.exited();
    const database = new SqliteFile(path.join(dataDir, SQLITE_FILE_NAME));
    database.exec('INSERT INTO schema_version (version) VALUES (1000)');
    database.close();
    const { code, output } = await check({ DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(output).toContain('FAULT  Store: A later version of this program wrote the database');
  });

  test.each([
    ['has no TLS', 'N', '?sslmode=verify-full', 'Turn TLS on in PostgreSQL, or leave sslmode out of DATABASE_URL.'],
    [
      'does not allow the connection',
      toFatal('28000', 'no pg_hba.conf entry, no encryption'),
      '',
      'Allow the connection in pg_hba.conf',
    ],
    [
      'rejects the user',
      toFatal('28P01', 'password authentication failed'),
      '',
      'Correct the user name and the password',
    ],
    ['is something else', null, '', 'Correct the host and the port in DATABASE_URL'],
    [
      'needs a file that is not there',
      null,
      '?sslmode=verify-full&sslrootcert=/none.pem',
      'Correct the paths after sslrootcert',
    ],
  ])('says what to do if PostgreSQL %s', async (_case, answer, query, advice) => {
    const postgres = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => (answer === null ? socket.destroy() : socket.end(answer)));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void postgres.close());
    await once(postgres, 'listening');
    const { port } = postgres.address() as AddressInfo;
    const { code, output } = await check({ DATABASE_URL: `postgres://user:secret@127.0.0.1:${port}/reports${query}` });
    expect(code).toBe(1);
    const [line = ''] = output.split('\n');
    expect(line).toContain(`) ${advice}`);
    expect(line).not.toMatch(/secret|DATA_DIR|Try again/);
  });

  test('tries out on PostgreSQL whether it may create tables, and leaves none', async () => {
    const databaseUrl = await createDatabase();
    const { code, output } = await check({ DATABASE_URL: databaseUrl });
    expect(code).toBe(0);
    expect(output).toMatch(/^ok {5}Store: PostgreSQL \d+(?:\.\d+)*\. A start creates its tables\.$/m);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const { rows } = await client.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'");
    expect(rows).toEqual([]);
    await client
      .query('CREATE ROLE reader_of_check LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC')
      .catch(() => null);
    await client.end();
    const asReader = Object.assign(new URL(databaseUrl), { username: 'reader_of_check' }).href;
    const denied = await check({ DATABASE_URL: asReader });
    expect(denied.code).toBe(1);
    expect(denied.output).toMatch(/^FAULT {2}Store: .*permission denied for schema public, 42501\) Allow the user/m);
  });
});
