import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import { buildServer, type BuiltServer, type StartedServer } from '../support/world/built-server.ts';
import { ENVIRONMENT } from '../support/world/built-world.ts';
import { DAY } from '../truth/calendar.ts';

describe('a server that is killed while it records', { timeout: 120_000 }, () => {
  let built: BuiltServer;
  let folder: string;
  let account: RecordedAccount;
  const running: StartedServer[] = [];

  beforeAll(async () => {
    built = await buildServer();
  });
  afterAll(() => built.remove());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'record-kill-'));
    account = await startRecordedAccount(50, 'UTC');
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await kill(server);
    await account.close();
    await rm(folder, { recursive: true, force: true });
  });

  const kill = async (server: StartedServer): Promise<void> => {
    server.process.kill('SIGKILL');
    await server.exited();
  };
  const start = async (databaseUrl: string | null): Promise<{ server: StartedServer; url: string }> => {
    const server = built.start({
      ...ENVIRONMENT,
      DATA_DIR: folder,
      THINGSPACE_BASE_URL: account.platform.url,
      RECORD: 'daily',
      RECORD_CALLS_PER_HOUR: '3600',
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    });
    running.push(server);
    return { server, url: await server.address('API') };
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
  const listRecorded = async (url: string): Promise<string[]> => {
    const range = `from: "${toDate(200)}", to: "${toDate(0)}"`;
    const data = await query(url, `{ recordedDays(${range}) { days { date missingDevices } } }`);
    const { days } = data['recordedDays'] as { days: { date: string }[] };
    return days.map(({ date }) => date);
  };

  test.each(['SQLite', 'PostgreSQL'] as const)(
    'loses no day and asks for none twice that it had, on %s',
    async (kind) => {
      const databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
      const first = await start(databaseUrl);
      await expect.poll(() => account.countCalls(), { timeout: 60_000, interval: 5 }).toBeGreaterThan(2);
      await new Promise((resolve) => setTimeout(resolve, randomInt(60)));
      const before = await listRecorded(first.url);
      await kill(first.server);
      account.takeCalls();

      const { url } = await start(databaseUrl);
      const atStart = await listRecorded(url);
      expect(atStart).toEqual(expect.arrayContaining(before));
      await expect
        .poll(async () => (await listRecorded(url)).length, { timeout: 60_000 })
        .toBeGreaterThan(atStart.length + 2);
      const asked = account.takeCalls().map(({ days }) => days[0] ?? '');
      expect(asked.filter((day) => atStart.includes(day))).toEqual([]);
      expect(new Set(asked).size).toBe(asked.length);

      const recorded = await listRecorded(url);
      const [from = '', to = ''] = [recorded[0], recorded.at(-1)];
      const range = `startDate: "${from}", endDate: "${to}"`;
      const data = await query(
        url,
        `{ usageSeries(input: { allDevices: true, ${range}, granularity: DAY, path: RECORDED }) {
        groups { buckets { start usage(first: 100, orderBy: IMEI) { imei numberOfSessions bytesTransferred } } }
      } }`,
      );
      const { groups } = data['usageSeries'] as { groups: { buckets: { start: string; usage: unknown[] }[] }[] };
      const buckets = (groups[0]?.buckets ?? []).filter(({ usage }) => usage.length > 0);
      expect(buckets.map(({ start: at }) => at.slice(0, 10))).toEqual(recorded);
      for (const { start: at, usage } of buckets) {
        expect(usage).toEqual(account.imeis.map((imei) => ({ imei, ...account.truth(imei, [at.slice(0, 10)]) })));
      }
    },
  );
});
