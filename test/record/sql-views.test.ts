import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { isAccountNumber } from '../../src/domain/account.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { ACCOUNT, startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import { startWorld, type World } from '../support/world/world.ts';

/** Two days are settled on 20 November; both are recorded at 12:00:02. */
const DAYS = ['2026-11-16', '2026-11-17'];
const RECORDED_AT = '2026-11-20T12:00:02.000Z';

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});

async function startRecorded(databaseUrl: string | null): Promise<{ account: RecordedAccount; world: World }> {
  const account = await startRecordedAccount(2, 'UTC');
  closing.push(account);
  // More than a number of the platform can be, which is stored as unknown.
  account.grow(account.imeis[1] ?? '', DAYS[1] ?? '', 2 ** 54);
  const world = await startWorld({
    config: {
      baseUrl: account.platform.url,
      accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null,
      databaseUrl,
      recordMode: 'daily',
      recordBackfillDays: DAYS.length + 2,
      recordCallsPerHour: Infinity,
      recordByCallbacks: false,
    },
  });
  closing.push(world);
  world.clock.advance(2_000);
  const query = `{ recordedDays(from: "${DAYS[0]}", to: "${DAYS[1]}") { gaps } }`;
  await expect
    .poll(async () => (await world.query(query)).data, { timeout: 30_000 })
    .toEqual({ recordedDays: { gaps: [] } });
  return { account, world };
}

function toExpected({ imeis, truth }: RecordedAccount): [string, string, number, number | null][] {
  return imeis.flatMap((imei, device) =>
    DAYS.map((day, at): [string, string, number, number | null] => {
      const { numberOfSessions, bytesTransferred } = truth(imei, [day]);
      return [imei, day, numberOfSessions, device === 1 && at === 1 ? null : bytesTransferred];
    }),
  );
}

test('in PostgreSQL, a role that may read the view and nothing else sees the recorded usage in columns that stay', async () => {
  const databaseUrl = await createDatabase();
  const { account } = await startRecorded(databaseUrl);
  const owner = new pg.Client(databaseUrl);
  await owner.connect();
  closing.push({ close: () => owner.end() });
  const role = `reader_${new URL(databaseUrl).pathname.slice(1)}`;
  await owner.query(`CREATE ROLE "${role}"`);
  closing.push({ close: () => owner.query(`RESET ROLE; DROP OWNED BY "${role}"; DROP ROLE "${role}"`) });
  await owner.query(
    `GRANT USAGE ON SCHEMA reports_v1 TO "${role}"; GRANT SELECT ON reports_v1.daily_usage TO "${role}"`,
  );

  const { rows: columns } = await owner.query<{ column_name: string; data_type: string }>(
    `SELECT column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'reports_v1' AND table_name = 'daily_usage' ORDER BY ordinal_position`,
  );
  expect(columns.map((column) => `${column.column_name} ${column.data_type}`)).toEqual([
    'account_number text',
    'imei text',
    'day date',
    'time_zone text',
    'sessions bigint',
    'bytes bigint',
    'recorded_at timestamp with time zone',
    'revised boolean',
  ]);

  await owner.query(`SET ROLE "${role}"`);
  const { rows } = await owner.query<Record<string, unknown>>(
    `SELECT account_number, imei, day::text, time_zone, sessions, bytes, recorded_at, revised
     FROM reports_v1.daily_usage ORDER BY imei, day`,
  );
  expect(rows).toEqual(
    toExpected(account).map(([imei, day, sessions, bytes]) => ({
      account_number: ACCOUNT,
      imei,
      day,
      time_zone: 'UTC',
      sessions: String(sessions),
      bytes: bytes === null ? null : String(bytes),
      recorded_at: new Date(RECORDED_AT),
      revised: false,
    })),
  );
  for (const statement of [
    'SELECT * FROM recorded_usage',
    'SELECT * FROM requests',
    'DELETE FROM recorded_usage',
    'CREATE VIEW reports_v1.another AS SELECT 1',
  ])
    await expect(owner.query(statement)).rejects.toThrow('permission denied');
});

test('in SQLite, a reader of the file sees the recorded usage in columns that stay, while the server runs', async () => {
  const { account, world } = await startRecorded(null);
  const reader = new SqliteFile(path.join(world.dataDir, SQLITE_FILE_NAME));
  closing.push({ close: () => Promise.resolve(reader.close()) });
  const columns = reader.prepare(`SELECT name FROM pragma_table_info('reports_v1_daily_usage')`).all() as {
    name: string;
  }[];
  expect(columns.map(({ name }) => name)).toEqual([
    'account_number',
    'imei',
    'day',
    'time_zone',
    'sessions',
    'bytes',
    'recorded_at',
    'revised',
  ]);
  expect(reader.prepare('SELECT * FROM reports_v1_daily_usage ORDER BY imei, day').all()).toEqual(
    toExpected(account).map(([imei, day, sessions, bytes]) => ({
      account_number: ACCOUNT,
      imei,
      day,
      time_zone: 'UTC',
      sessions,
      bytes,
      recorded_at: RECORDED_AT,
      revised: 0,
    })),
  );
});
