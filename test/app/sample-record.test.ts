import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteFile from 'libsql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';
import { DAY } from '../truth/calendar.ts';

/** Days are settled 48 hours after their end. */
const [DAYS, SETTLING_DAYS] = [60, 2];

describe('the server with its embedded simulator', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  let folder: string;
  let server: StartedServer | null = null;

  beforeAll(async () => {
    built = await buildServer();
  }, 120_000);
  afterAll(() => built.remove());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sample-record-'));
  });
  afterEach(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (environment: Record<string, string> = {}): Promise<string> => {
    server = built.start({
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      SHUTDOWN_DELAY_SECONDS: '0',
      RECORD: '',
      ...environment,
    });
    return server.address('API');
  };
  const stop = async (): Promise<void> => {
    server?.process.kill('SIGTERM');
    await server?.exited();
    server = null;
  };
  const query = async (url: string, text: string): Promise<Record<string, unknown>> => {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ query: text }),
      headers: { 'Content-Type': 'application/json' },
    });
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(errors).toBe(undefined);
    return data;
  };
  const toDate = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 10);
  const readDays = async (
    url: string,
  ): Promise<{ days: { date: string; devices: number }[]; gaps: string[] } | null> => {
    const range = `from: "${toDate(DAYS + SETTLING_DAYS)}", to: "${toDate(0)}"`;
    const data = await query(url, `{ recordedDays(${range}) { days { date devices } gaps } }`);
    return data['recordedDays'] as { days: { date: string; devices: number }[]; gaps: string[] } | null;
  };

  test('records the last 60 settled days, as the simulator has them, and none again at the next start', async () => {
    const url = await start();
    await expect.poll(async () => (await readDays(url))?.days.length, { timeout: 60_000 }).toBe(DAYS);
    const { days = [], gaps = [] } = (await readDays(url)) ?? {};
    expect(gaps).toEqual([]);
    expect(new Set(days.map(({ devices }) => devices))).toEqual(new Set([303]));

    const range = `startDate: "${toDate(9)}", endDate: "${toDate(5)}"`;
    const series = (way: string) =>
      `usageSeries(input: { allDevices: true, ${range}, granularity: DAY, path: ${way} }) {
        plan { path upstreamCalls } groups { buckets { start usage(first: 320, orderBy: IMEI) { imei numberOfSessions bytesTransferred } } }
      }`;
    const { recorded, live } = (await query(
      url,
      `{ recorded: ${series('AUTO')} live: ${series('ACCOUNT')} }`,
    )) as Record<string, { plan: unknown; groups: unknown }>;
    expect(recorded?.plan).toEqual({ path: 'RECORDED', upstreamCalls: 0 });
    expect(recorded?.groups).toEqual(live?.groups);
    const { billingCycle } = await query(
      url,
      '{ billingCycle(input: { allDevices: true, cycleStartDay: 1 }) { allowance { includedBytes usedShare } } }',
    );
    expect(billingCycle).toEqual({
      allowance: { includedBytes: 5_000_000_000_000, usedShare: expect.any(Number) as number },
    });
    const week = `startDate: "${toDate(9)}", endDate: "${toDate(3)}"`;
    const { usageChanges, usageSeries } = await query(
      url,
      `{
        usageChanges(input: { allDevices: true, ${week} }) { plan { path upstreamCalls } outliers(first: 100) { reason } }
        usageSeries(input: { allDevices: true, ${week}, granularity: DAY }) { groups { buckets { complete settled errors { errorMessage } } } }
      }`,
    );
    const { plan, outliers } = usageChanges as { plan: unknown; outliers: { reason: string }[] };
    expect(plan).toEqual({ path: 'RECORDED', upstreamCalls: 0 });
    expect(new Set(outliers.map(({ reason }) => reason))).toEqual(
      new Set(['NEWLY_SILENT', 'NEWLY_TALKING', 'ABOVE_OWN_BASELINE']),
    );
    // Inactive devices are not missing.
    expect(usageSeries).toEqual({
      groups: [{ buckets: Array(7).fill({ complete: true, settled: true, errors: [] }) }],
    });
    const { cycle } = await query(
      url,
      `{ cycle: usageSeries(input: { allDevices: true, startDate: "${toDate(9)}", endDate: "${toDate(0)}", granularity: DAY }) {
        plan { path recordedBuckets }
      } }`,
    );
    expect(cycle).toEqual({ plan: { path: 'ACCOUNT', recordedBuckets: 7 } });
    expect(server?.complaints()).not.toContain('recorded the usage');

    await stop();
    expect((await readDays(await start()))?.days).toEqual(days);
  });

  test('records nothing with RECORD=off', async () => {
    expect(await readDays(await start({ RECORD: 'off' }))).toBeNull();
  });

  test('records nothing into a store that has the record of another account', async () => {
    await start({ RECORD: 'off' });
    await stop();
    const file = path.join(folder, SQLITE_FILE_NAME);
    const insert = new SqliteFile(file);
    insert.exec(
      `INSERT INTO recorded_days (account_number, day, zone, recorded_at, devices, missing_devices, revised)
        VALUES ('0000000001-00001', 20000, 'UTC', 0, 1, 0, 1)`,
    );
    insert.close();
    expect(await readDays(await start())).toBeNull();
    await stop();
    const read = new SqliteFile(file);
    expect(read.prepare('SELECT count(*) AS days FROM recorded_days').get()).toMatchObject({ days: 1 });
    read.close();
  });
});
