import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquetMetadata } from 'hyparquet';
import SqliteFile from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';
import { ENVIRONMENT } from '../support/world/built-world.ts';
import { DAY } from '../truth/calendar.ts';

const [DEVICES, DAYS] = [10_000, 30];
const ACCOUNT = ENVIRONMENT.THINGSPACE_ACCOUNT_NUMBER;
const MEBIBYTE = 2 ** 20;

describe('30 recorded days of 10,000 devices', { timeout: 240_000 }, () => {
  let built: BuiltServer;
  let folder: string;
  let platform: RecordingPlatform;
  let server: StartedServer;
  let url: string;

  beforeAll(async () => {
    built = await buildServer();
    folder = await mkdtemp(path.join(tmpdir(), 'record-memory-'));
    platform = await startRecordingPlatform();
    // The first start creates the tables.
    ({ server, url } = await start());
    await stop();
    recordDays(path.join(folder, SQLITE_FILE_NAME));
    ({ server, url } = await start());
  }, 240_000);
  afterAll(async () => {
    await stop();
    await platform.close();
    await rm(folder, { recursive: true, force: true });
    await built.remove();
  });

  const start = async (): Promise<{ server: StartedServer; url: string }> => {
    const started = built.start({
      ...ENVIRONMENT,
      DATA_DIR: folder,
      THINGSPACE_BASE_URL: platform.url,
      RECORD: 'daily',
      RECORD_CALLS_PER_HOUR: '1',
    });
    return { server: started, url: await started.address('API') };
  };
  const stop = async (): Promise<void> => {
    server.process.kill('SIGTERM');
    await server.exited();
  };
  const today = Math.floor(Date.now() / DAY);
  const [first, last] = [today - 3 - DAYS, today - 4];
  const toDate = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

  /** As the server stores them, but in one statement. */
  function recordDays(file: string): void {
    const database = new SqliteFile(file);
    const days = `WITH RECURSIVE days(day) AS (SELECT ${first} UNION ALL SELECT day + 1 FROM days WHERE day < ${last})`;
    const devices = `devices(device) AS (SELECT 0 UNION ALL SELECT device + 1 FROM devices WHERE device < ${DEVICES - 1})`;
    const month = `CAST(strftime('%Y', day * 86400, 'unixepoch') AS INT) * 12 + CAST(strftime('%m', day * 86400, 'unixepoch') AS INT) - 1`;
    database.exec(`
      ${days} INSERT INTO recorded_days (account_number, day, zone, recorded_at, devices, missing_devices, revised)
        SELECT '${ACCOUNT}', day, 'UTC', 0, ${DEVICES}, 0, 1 FROM days;
      ${days}, ${devices} INSERT INTO recorded_usage (account_number, month, imei, day, sessions, bytes)
        SELECT '${ACCOUNT}', ${month}, CAST(350000000000000 + 7 * device AS TEXT), day, device % 9, device * 7919 + day FROM devices, days;
    `);
    database.close();
  }
  const download = async (format: string, days = DAYS): Promise<Response> => {
    const range = `from: "${toDate(last - days + 1)}", to: "${toDate(last)}"`;
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ query: `{ recordedDays(${range}) { download(format: ${format}) } }` }),
      headers: { 'Content-Type': 'application/json' },
    });
    const { data } = (await response.json()) as { data: { recordedDays: { download: string } } };
    return fetch(data.recordedDays.download);
  };
  const readMemory = async (what: 'VmRSS' | 'VmHWM'): Promise<number> => {
    const text = await readFile(`/proc/${server.process.pid}/status`, 'utf8');
    return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) / 1_024;
  };

  test('are downloaded in less than 64 MiB, in each format', async () => {
    // What any download loads is not counted.
    for (const format of ['CSV', 'JSONL', 'PARQUET']) await (await download(format, 1)).arrayBuffer();
    // The peak is counted from here.
    await writeFile(`/proc/${server.process.pid}/clear_refs`, '5');
    const before = await readMemory('VmRSS');
    const csv = await (await download('CSV')).text();
    expect(csv.split('\r\n')).toHaveLength(DEVICES * DAYS + 2);
    const jsonl = await (await download('JSONL')).text();
    expect(jsonl.split('\n')).toHaveLength(DEVICES * DAYS + 1);
    const parquet = await (await download('PARQUET')).arrayBuffer();
    expect(parquetMetadata(parquet).num_rows).toBe(BigInt(DEVICES * DAYS));
    expect(parquet.byteLength).toBeLessThan(4 * MEBIBYTE);
    const grown = (await readMemory('VmHWM')) - before;
    expect(grown).toBeLessThan(64);
  });

  test('are read as a series, with the first devices of each day, in less than 64 MiB', async () => {
    const read = async (days: number): Promise<Series> => {
      const input = { allDevices: true, startDate: toDate(last - days + 1), endDate: toDate(last), granularity: 'DAY' };
      const query = `query ($input: UsageSeriesInput!) { usageSeries(input: $input) {
        plan { path upstreamCalls }
        groups { buckets { totals { devices bytesTransferred } usage(first: 20) { imei bytesTransferred } } }
      } }`;
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify({ query, variables: { input } }),
        headers: { 'Content-Type': 'application/json' },
      });
      const { data } = (await response.json()) as { data: { usageSeries: Series } };
      return data.usageSeries;
    };
    await read(1);
    await writeFile(`/proc/${server.process.pid}/clear_refs`, '5');
    const before = await readMemory('VmRSS');
    const { plan, groups } = await read(DAYS);
    const grown = (await readMemory('VmHWM')) - before;
    expect(plan).toEqual({ path: 'RECORDED', upstreamCalls: 0 });
    const buckets = groups[0]?.buckets ?? [];
    expect(buckets.map(({ usage }) => usage.length)).toEqual(Array.from({ length: DAYS }, () => 20));
    expect(buckets.at(-1)?.totals).toEqual({
      devices: DEVICES,
      bytesTransferred: (7_919 * DEVICES * (DEVICES - 1)) / 2 + DEVICES * last,
    });
    expect(grown).toBeLessThan(64);
  });
});

interface Series {
  readonly plan: object;
  readonly groups: readonly {
    readonly buckets: readonly { readonly totals: object; readonly usage: readonly object[] }[];
  }[];
}
