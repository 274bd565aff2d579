import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeStoreError } from '../../src/app/describe-store-error.ts';
import { probeStore } from '../../src/async-reports/store/probe-store.ts';
import type { StoreError } from '../../src/async-reports/store/store-error.ts';
import { startPostgres, type TestPostgres } from '../support/postgres/postgres.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
/** Signed by itself, for localhost and 127.0.0.1. */
const CERTIFICATE = path.join(FIXTURES, 'platform-certificate.pem');
const FILES = { ssl_cert_file: CERTIFICATE, ssl_key_file: path.join(FIXTURES, 'platform-key.pem') };

describe('DATABASE_URL of a PostgreSQL with TLS', () => {
  let postgres: TestPostgres;
  let folder: string;
  let databaseUrl: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'postgres-tls-'));
    postgres = await startPostgres();
    databaseUrl = await postgres.createDatabase();
    await turnOn(databaseUrl, folder);
  }, 60_000);
  afterAll(async () => {
    await postgres.close();
    await rm(folder, { recursive: true });
  });

  const probe = (more: string) => probeStore(`${databaseUrl}?${more}`, folder);

  test('connects with sslmode=verify-full if the certificate is of the authority in sslrootcert', async () => {
    expect(await probe(`sslmode=verify-full&sslrootcert=${CERTIFICATE}`)).toMatchObject({ version: 0 });
  });

  test('does not connect with sslmode=verify-full if nobody known signed the certificate, or it is of another host', async () => {
    const unknown = await probe('sslmode=verify-full').catch((error: unknown) => error);
    expect(unknown).toMatchObject({ name: 'StoreError', driverCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const elsewhere = databaseUrl.replace('127.0.0.1', '127.1');
    const other = probeStore(`${elsewhere}?sslmode=verify-full&sslrootcert=${CERTIFICATE}`, folder);
    await expect(other).rejects.toMatchObject({ name: 'StoreError' });
    for (const error of [unknown, await other.catch((reason: unknown) => reason)]) {
      expect(describeStoreError(error as StoreError)).toContain(
        ') Set the host in DATABASE_URL to a name in the certificate',
      );
    }
  });

  test('connects with sslmode=no-verify to anyone', async () => {
    expect(await probe('sslmode=no-verify')).toMatchObject({ version: 0 });
  });
});

/** Gives the running server a certificate. */
async function turnOn(databaseUrl: string, folder: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  const dataFolder = rows[0]?.data_directory ?? '';
  const { uid, gid } = await stat(dataFolder);
  await chmod(folder, 0o755);
  for (const [name, file] of Object.entries(FILES)) {
    const copy = path.join(folder, name);
    await copyFile(file, copy);
    await chmod(copy, 0o600);
    if (process.getuid?.() === 0) await chown(copy, uid, gid);
    await client.query(`ALTER SYSTEM SET ${name} = '${copy}'`);
  }
  await client.query('ALTER SYSTEM SET ssl = on');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  // It reads its settings again in its own time.
  while (!(await acceptsTls(databaseUrl))) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function acceptsTls(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, ssl: { rejectUnauthorized: false } });
  client.on('error', () => undefined);
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}
