import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterEach, describe, expect, test } from 'vitest';
import { isAccountNumber } from '../../src/domain/account.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { ACCOUNT, startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import { listDays } from '../support/usage-over-time/local-calendar.ts';
import type { Settings } from '../support/world/settings.ts';
import { startTokenIssuer } from '../support/world/token-issuer.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { MINUTE } from '../truth/calendar.ts';

const HEAD = 'date,timeZone,accountNumber,imei,numberOfSessions,bytesTransferred';
/** The last twenty days that are settled on 20 November; they are recorded. */
const [FIRST, LAST] = ['2026-10-29', '2026-11-17'];
const DAYS = listDays(FIRST, LAST);
const LARGEST = 2 ** 53 - 1;

describe.each(['SQLite', 'PostgreSQL'] as const)(
  'a download of recorded days, from %s',
  { timeout: 120_000 },
  (kind) => {
    const closing: { close(): Promise<unknown> }[] = [];

    afterEach(async () => {
      for (const each of closing.splice(0).reverse()) await each.close();
    });

    const start = async (prepare: (account: RecordedAccount) => void = () => undefined, config: Settings = {}) => {
      const account = await startRecordedAccount(7, 'UTC');
      closing.push(account);
      prepare(account);
      const world = await startWorld({
        config: {
          baseUrl: account.platform.url,
          accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null,
          databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null,
          recordMode: 'daily',
          recordBackfillDays: DAYS.length + 2,
          recordCallsPerHour: Infinity,
          recordByCallbacks: false,
          ...config,
        },
      });
      closing.push(world);
      return { account, world };
    };
    /** Lets the server record all days, and waits until it has. */
    const record = async (world: World, headers: Record<string, string> = {}): Promise<void> => {
      world.clock.advance(2_000);
      await expect
        .poll(async () => (await read(world, {}, headers)).days.length, { timeout: 60_000 })
        .toBe(DAYS.length);
    };
    const read = async (world: World, variables: object = {}, headers: Record<string, string> = {}) => {
      const { data, errors } = await world.query(QUERY, { from: FIRST, to: LAST, ...variables }, { headers });
      expect(errors).toEqual([]);
      return (data as unknown as DaysAnswer).recordedDays;
    };
    const fetchLink = async (link: string | null, headers: Record<string, string> = {}): Promise<Response> => {
      if (link === null) throw new Error('there is no link');
      return fetch(link, { headers });
    };
    /** What the platform has: rows by month, then IMEI, then day. */
    const toTruth = (account: RecordedAccount, days = DAYS) =>
      ['2026-10', '2026-11'].flatMap((month) =>
        account.imeis.flatMap((imei) =>
          days
            .filter((day) => day.startsWith(month))
            .map((date) => ({ date, timeZone: 'UTC', accountNumber: ACCOUNT, imei, ...account.truth(imei, [date]) })),
        ),
      );

    test('has what each device used on each day, in CSV, for Excel, in JSONL and in Parquet', async () => {
      const { account, world } = await start();
      await record(world);
      const truth = toTruth(account);
      expect(truth.some(({ bytesTransferred }) => bytesTransferred === 0)).toBe(true);
      account.takeCalls();

      const csv = await fetchLink((await read(world, { format: 'CSV' })).download);
      const lines = truth.map((row) => Object.values(row).join(','));
      expect(await csv.text()).toBe([HEAD, ...lines, ''].join('\r\n'));
      expect(Object.fromEntries(csv.headers)).toMatchObject({
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${ACCOUNT}_${FIRST}_${LAST}.csv"`,
        'cache-control': 'no-store',
      });
      const excel = await fetchLink((await read(world, { format: 'CSV', dialect: 'EXCEL' })).download);
      const [excelHead, excelLine] = Buffer.from(await excel.arrayBuffer())
        .toString()
        .split('\r\n');
      expect(excelHead).toBe(`\uFEFF${HEAD}`);
      expect(excelLine).toMatch(new RegExp(`^${FIRST},UTC,"=""${ACCOUNT}""","=""${account.imeis[0]}""",\\d+,\\d+$`));

      const jsonl = await fetchLink((await read(world, { format: 'JSONL' })).download);
      const objects = (await jsonl.text()).trimEnd().split('\n');
      expect(objects.map((line) => JSON.parse(line) as unknown)).toEqual(truth);

      const parquet = await fetchLink((await read(world, { format: 'PARQUET' })).download);
      expect(Object.fromEntries(parquet.headers)).toMatchObject({
        'content-type': 'application/vnd.apache.parquet',
        'content-disposition': `attachment; filename="${ACCOUNT}_${FIRST}_${LAST}.parquet"`,
      });
      expect(parquet.headers.get('content-encoding')).toBeNull();
      const file = await parquet.arrayBuffer();
      const columns = parquetMetadata(file).schema.slice(1);
      expect(columns.map(({ name, type, converted_type: converted }) => `${name} ${converted ?? type}`)).toEqual([
        'date DATE',
        'timeZone UTF8',
        'accountNumber UTF8',
        'imei UTF8',
        'numberOfSessions INT32',
        'bytesTransferred INT64',
      ]);
      expect(await parquetReadObjects({ file })).toEqual(
        truth.map(({ date, bytesTransferred, ...row }) => ({
          date: new Date(date),
          ...row,
          bytesTransferred: BigInt(bytesTransferred),
        })),
      );
      expect(account.takeCalls()).toEqual([]);
      expect(world.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    });

    test('has exact bytes up to 2^53-1, and no number where the platform sent a larger one', async () => {
      const { account, world } = await start(({ imeis: [first = '', second = ''], ...platform }) => {
        platform.grow(first, LAST, LARGEST - platform.truth(first, [LAST]).bytesTransferred);
        platform.grow(second, LAST, 2 ** 54);
      });
      await record(world);
      const [first = '', second = ''] = account.imeis;
      const day = { from: LAST, to: LAST };
      const csv = await (await fetchLink((await read(world, { ...day, format: 'CSV' })).download)).text();
      expect(csv).toMatch(new RegExp(`^${LAST},UTC,${ACCOUNT},${first},\\d+,9007199254740991\\r$`, 'm'));
      expect(csv).toMatch(new RegExp(`^${LAST},UTC,${ACCOUNT},${second},\\d+,\\r$`, 'm'));
      const file = await (await fetchLink((await read(world, { ...day, format: 'PARQUET' })).download)).arrayBuffer();
      const bytes = (await parquetReadObjects({ file, columns: ['bytesTransferred'] })).map(
        (row): unknown => row['bytesTransferred'],
      );
      expect(bytes.slice(0, 2)).toEqual([9_007_199_254_740_991n, null]);
      const jsonl = await (await fetchLink((await read(world, { ...day, format: 'JSONL' })).download)).text();
      expect(jsonl.split('\n').slice(0, 2)).toMatchObject([
        expect.stringMatching(/"bytesTransferred":9007199254740991}$/),
        expect.stringMatching(/"bytesTransferred":null}$/),
      ]);
    });

    test('has no rows for gaps, and no link if no day is recorded', async () => {
      const { account, world } = await start();
      await record(world);
      const around = await read(world, { from: '2026-10-20', to: '2026-12-31', format: 'JSONL' });
      expect(around.gaps).toEqual(listDays('2026-10-20', '2026-10-28'));
      const rows = (await (await fetchLink(around.download)).text()).trimEnd().split('\n');
      expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(toTruth(account));
      expect((await read(world, { from: '2026-10-20', to: '2026-10-28' })).download).toBeNull();
    });

    test('has a link that cannot be changed, and expires', async () => {
      const { world } = await start();
      await record(world);
      const { download } = await read(world, { format: 'CSV' });
      const link = download ?? '';
      for (const forged of [
        link.replace(FIRST, '2026-01-01'),
        link.replace(ACCOUNT, '0844021539-00002'),
        link.replace('.csv?', '.parquet?'),
      ]) {
        expect(forged).not.toBe(link);
        expect((await fetch(forged)).status).toBe(403);
      }
      world.clock.advance(61 * MINUTE);
      expect((await fetch(link)).status).toBe(410);
    });
  },
);

test(
  'a download of recorded days is for those who may see the account, and may read reports',
  { timeout: 60_000 },
  async () => {
    const issuer = await startTokenIssuer();
    const account = await startRecordedAccount(3, 'UTC');
    const world = await startWorld({
      config: {
        tokens: issuer.config,
        baseUrl: account.platform.url,
        accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null,
        recordMode: 'daily',
        recordBackfillDays: 4,
        recordCallsPerHour: Infinity,
        recordByCallbacks: false,
      },
    });
    const authorize = async (claims: Record<string, unknown>) => ({
      Authorization: `Bearer ${await issuer.token(world.clock.now(), claims)}`,
    });
    const owner = await authorize({ accounts: [ACCOUNT] });
    const query = async (headers: Record<string, string>) =>
      world.query(QUERY, { from: '2026-11-16', to: LAST, format: 'CSV' }, { headers });
    world.clock.advance(2_000);
    await expect
      .poll(async () => ((await query(owner)).data as unknown as DaysAnswer).recordedDays.days.length, {
        timeout: 30_000,
      })
      .toBe(2);
    const link = ((await query(owner)).data as unknown as DaysAnswer).recordedDays.download ?? '';
    const statusFor = async (headers: Record<string, string>) => (await fetch(link, { headers })).status;

    expect(await statusFor(owner)).toBe(200);
    expect(await statusFor({})).toBe(401);
    expect(await statusFor(await authorize({ accounts: ['0844021539-00002'] }))).toBe(404);
    expect(await statusFor(await authorize({ accounts: [ACCOUNT], scope: 'reports:request' }))).toBe(403);
    const foreign = await query({ ...(await authorize({ accounts: ['0844021539-00002'] })) });
    expect(foreign.data).toEqual({ recordedDays: expect.objectContaining({ days: [], download: null }) as unknown });
    await world.close();
    await account.close();
    await issuer.close();
  },
);

interface DaysAnswer {
  readonly recordedDays: {
    readonly days: readonly { readonly date: string }[];
    readonly gaps: readonly string[];
    readonly download: string | null;
  };
}

const QUERY = `query Days($from: Date!, $to: Date!, $format: DownloadFormat, $dialect: DownloadDialect) {
  recordedDays(from: $from, to: $to) { days { date } gaps download(format: $format, dialect: $dialect) }
}`;
