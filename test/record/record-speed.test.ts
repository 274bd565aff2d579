import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openReportStore } from '../../src/async-reports/store/open-store.ts';
import { isAccountNumber } from '../../src/domain/account.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { isImei } from '../../src/domain/imei.ts';
import { createTimeZone } from '../../src/domain/time-zone.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { compareMonth, readMonth, readTops, RECORD_ZONE, topsOf, truthOf } from '../support/record/month-of-usage.ts';
import { ACCOUNT, startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import { openRecordedSql } from '../support/record/recorded-sql.ts';
import { listDays } from '../support/usage-over-time/local-calendar.ts';
import { startWorld } from '../support/world/world.ts';
import { DAY, HOUR, MINUTE } from '../truth/calendar.ts';

/** `RECORD_DEVICES=10000 RECORD_DAYS=396` at night: 13 months. */
const DEVICES = Number(process.env['RECORD_DEVICES'] ?? 500);
const DAYS_COUNT = Number(process.env['RECORD_DAYS'] ?? 60);
const IS_LARGE = DEVICES >= 10_000;
const TIMEOUT_MS = 400_000 + DEVICES * DAYS_COUNT;
const ROUNDS = 5;
const MAX_FILE_BYTES = 440 * 2 ** 20;

const LAST = '2026-03-31';
const DAYS = listDays(new Date(Date.parse(LAST) - (DAYS_COUNT - 1) * DAY).toISOString().slice(0, 10), LAST);
const MONTH = listDays('2026-03-01', LAST);
const HAS_YEAR = (DAYS[0] ?? '') <= '2025-03-01';
const [COMPARE_TO, OTHER_MONTH] = HAS_YEAR
  ? (['SAME_PERIOD_LAST_YEAR', listDays('2025-03-01', '2025-03-31')] as const)
  : (['PREVIOUS_PERIOD', listDays('2026-02-01', '2026-02-28')] as const);

describe.each(['SQLite', 'PostgreSQL'] as const)('recorded months, on %s', { timeout: TIMEOUT_MS }, (kind) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  test('are read in no more than twice the time of plain SQL over the same rows, without a call', async () => {
    const account = await startRecordedAccount(DEVICES, RECORD_ZONE);
    closing.push(() => account.close());
    const dataDir = await mkdtemp(path.join(tmpdir(), 'record-speed-'));
    closing.push(() => rm(dataDir, { recursive: true, force: true }));
    const databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
    const seconds = await fill(account, databaseUrl, dataDir);
    const zone = createTimeZone(RECORD_ZONE);
    if (zone === null || !isAccountNumber(ACCOUNT)) throw new Error('there is no such zone or account');
    const world = await startWorld({
      startsAt: new Date(Date.parse(`${LAST}T12:00:00Z`) + 3 * DAY).toISOString(),
      config: {
        baseUrl: account.platform.url,
        accountNumber: ACCOUNT,
        dataDir,
        databaseUrl,
        recordMode: 'daily',
        recordZone: zone,
        recordBackfillDays: Math.min(178, DAYS_COUNT),
      },
    });
    closing.push(() => world.close());
    const sql = await openRecordedSql(databaseUrl ?? path.join(dataDir, 'requests.sqlite'));
    closing.push(() => sql.close());

    // All of it first: while it is computed, the event loop stands still.
    const truth = truthOf(account, MONTH);
    const tops = topsOf(account, MONTH);
    const { bytes: previous } = truthOf(account, OTHER_MONTH);
    expect(await readMonth(world, MONTH)).toEqual(truth);
    expect(await sql.readMonth(MONTH)).toEqual(truth);
    expect(await readTops(world, MONTH)).toEqual(tops);
    expect(await sql.readTops(MONTH)).toEqual(tops);
    expect(await compareMonth(world, MONTH, COMPARE_TO)).toEqual({
      current: truth.bytes,
      previous,
      upstreamCalls: 0,
    });
    expect(account.takeCalls()).toEqual([]);

    // In turns, so that whatever else the machine does slows down both.
    const month = await race(
      () => readMonth(world, MONTH),
      () => sql.readMonth(MONTH),
    );
    const daily = await race(
      () => readTops(world, MONTH),
      () => sql.readTops(MONTH),
    );
    const bytes = await sql.size();
    const rows = DEVICES * DAYS.length;
    console.info(
      `${kind}, ${DEVICES} devices, ${DAYS.length} days: ${(bytes / rows).toFixed(1)} bytes per row (${Math.round(bytes / 2 ** 20)} MiB), ` +
        `${Math.round(rows / seconds)} rows stored per second; daily totals of a month and its top 20: ${month.text}; ` +
        `the top 20 of each day: ${daily.text}`,
    );
    if (!IS_LARGE) return;
    expect(month.ratio).toBeLessThanOrEqual(2);
    expect(daily.ratio).toBeLessThanOrEqual(2);
    if (kind === 'SQLite') expect((bytes / rows) * 396 * 10_000).toBeLessThan(MAX_FILE_BYTES);
  });
});

/** Stores the days as they are recorded, one after the other, and returns how many seconds that took. */
async function fill(account: RecordedAccount, databaseUrl: string | null, dataDir: string): Promise<number> {
  if (!isAccountNumber(ACCOUNT)) throw new Error('there is no such account');
  const { record, close } = await openReportStore({
    databaseUrl,
    dataDir,
    now: Date.now,
    wait: systemClock.wait,
    quietMs: 15 * MINUTE,
    deadlineMs: 24 * HOUR,
    retentionMs: 30 * DAY,
    unknownMaxBytes: 2 ** 20,
    onFailure: () => undefined,
  });
  let seconds = 0;
  for (const date of DAYS) {
    const day = Date.parse(date) / DAY;
    const usage = account.imeis.filter(isImei).map((imei) => ({ imei, ...account.truth(imei, [date]) }));
    const startedAtMs = performance.now();
    await record.addUsage(ACCOUNT, day, usage);
    seconds += (performance.now() - startedAtMs) / 1_000;
    await record.finish({
      accountNumber: ACCOUNT,
      day,
      zoneName: RECORD_ZONE.toUpperCase(),
      recordedAtMs: Date.parse(date) + 10 * DAY,
      devices: usage.length,
      missingDevices: 0,
      mayBeCapped: false,
      revised: true,
    });
  }
  await close();
  return seconds;
}

/** Runs both in turns, and compares the medians. */
async function race(own: () => Promise<unknown>, plain: () => Promise<unknown>) {
  const times: { own: number[]; plain: number[] } = { own: [], plain: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.own.push(await timeOf(own));
    times.plain.push(await timeOf(plain));
  }
  const ratio = toMedian(times.own) / toMedian(times.plain);
  return {
    ratio,
    text: `${Math.round(toMedian(times.own))} ms, ${ratio.toFixed(2)} times plain SQL`,
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

function toMedian(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? NaN;
}
