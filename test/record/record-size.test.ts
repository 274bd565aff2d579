import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { isAccountNumber } from '../../src/domain/account.ts';
import { createTimeZone } from '../../src/domain/time-zone.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { readMonth, RECORD_ZONE, truthOf } from '../support/record/month-of-usage.ts';
import { ACCOUNT, startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import { openRecordedSql, type RecordedSql } from '../support/record/recorded-sql.ts';
import { listDays } from '../support/usage-over-time/local-calendar.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { DAY, MINUTE } from '../truth/calendar.ts';

/** `RECORD_DEVICES=10000 RECORD_DAYS=396` at night: 13 months. */
const DEVICES = Number(process.env['RECORD_DEVICES'] ?? 500);
const DAYS_COUNT = Number(process.env['RECORD_DAYS'] ?? 60);
const IS_LARGE = DEVICES >= 10_000;
const TIMEOUT_MS = 400_000 + DEVICES * DAYS_COUNT * 1.5;

/** The server looks for something to do in this rhythm. */
const STEP_MS = MINUTE;
const LAST = '2026-03-31';
const MONTH = listDays('2026-03-01', LAST);
const FIRST = new Date(Date.parse(LAST) - (DAYS_COUNT - 1) * DAY).toISOString().slice(0, 10);
const DAYS = listDays(FIRST, LAST);
/** The server starts when the first day is as old as the platform remembers, or half of the days are over. Today is three days after the last. */
const BACKFILL_DAYS = Math.min(178, Math.floor(DAYS_COUNT / 2));
const BACKFILLED = BACKFILL_DAYS - 2;
/** A report is complete when no message has come for a quarter of an hour. */
const QUIET_MS = 16 * MINUTE;
/** A day is settled after two days, and is checked once more a week later. */
const CHECKED = DAYS.slice(BACKFILLED - 7, -7);
/** An account of so many devices for so many days would have to fit. */
const MAX_BYTES_PER_ROW = (440 * 2 ** 20) / (396 * 10_000);

describe.each(['SQLite', 'PostgreSQL'] as const)('months of recorded days, on %s', { timeout: TIMEOUT_MS }, (kind) => {
  const closing: (() => Promise<void>)[] = [];
  /** Other timers of the same length. */
  let timers = 0;
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const start = async (): Promise<{ account: RecordedAccount; world: World; sql: RecordedSql }> => {
    const zone = createTimeZone(RECORD_ZONE);
    if (zone === null || !isAccountNumber(ACCOUNT)) throw new Error('there is no such zone or account');
    const account = await startRecordedAccount(DEVICES, RECORD_ZONE);
    closing.push(() => account.close());
    const databaseUrl = kind === 'PostgreSQL' ? await createDatabase() : null;
    const world = await startWorld({
      startsAt: new Date(Date.parse(`${FIRST}T12:00:00Z`) + BACKFILL_DAYS * DAY).toISOString(),
      config: {
        baseUrl: account.platform.url,
        accountNumber: ACCOUNT,
        databaseUrl,
        recordMode: 'daily',
        recordZone: zone,
        recordBackfillDays: BACKFILL_DAYS,
        recordCallsPerHour: Infinity,
        callbackSecret: 'a-secret-of-the-callbacks',
      },
    });
    closing.push(() => world.close());
    account.listen(world);
    timers = world.clock.countTimers(STEP_MS);
    const sql = await openRecordedSql(databaseUrl ?? path.join(world.dataDir, 'requests.sqlite'));
    closing.push(() => sql.close());
    return { account, world, sql };
  };

  /** Lets the server look once for something to do, waits until it has done it, and delivers what it requested. */
  const step = async (world: World, account: RecordedAccount, milliseconds: number): Promise<void> => {
    world.clock.advance(milliseconds);
    await expect.poll(() => world.clock.countTimers(STEP_MS), { timeout: TIMEOUT_MS, interval: 2 }).toBe(timers + 1);
    await account.deliver(world);
  };
  const readDays = async (world: World) => {
    const { data, errors } = await world.query(DAYS_QUERY, { from: FIRST, to: LAST });
    expect(errors).toEqual([]);
    return (data as unknown as DaysAnswer).recordedDays;
  };
  const recordUntil = async (world: World, account: RecordedAccount, days: number): Promise<void> => {
    for (let steps = 0; (await readDays(world)).days.length < days; steps += 1) {
      if (steps > days) throw new Error('the days are not recorded');
      await step(world, account, QUIET_MS);
    }
  };
  /**
   * Lets a day pass: the one that is settled is requested, the one that was settled a week ago is checked, then both are collected, and
   * devices that stayed away are asked for and collected.
   */
  const passDay = async (world: World, account: RecordedAccount): Promise<void> => {
    for (const pause of [DAY - 2 * QUIET_MS, QUIET_MS, QUIET_MS]) await step(world, account, pause);
  };

  test('need a call for each day, one more for each that was recorded before it was a week old, and those for devices that stayed away', async () => {
    const { account, world, sql } = await start();
    const [, second = '', third = ''] = account.imeis;
    const lost = [DAYS[3] ?? '', DAYS.at(-12) ?? ''];
    for (const day of lost) for (const imei of [second, third]) account.lose(imei, day);
    const startedAtMs = performance.now();
    await recordUntil(world, account, BACKFILLED);
    while ((await readDays(world)).days.length < DAYS.length) await passDay(world, account);
    const seconds = (performance.now() - startedAtMs) / 1_000;

    const calls = account.takeCalls();
    expect(new Set(calls.map(({ kind: how }) => how))).toEqual(new Set(['asynchronous']));
    const named = calls.filter(({ imeis }) => imeis.length > 0);
    expect(named.map(({ days }) => days[0]).sort()).toEqual([...lost].sort());
    expect(named.every(({ imeis }) => imeis.length === 2)).toBe(true);
    const whole = calls.filter(({ imeis }) => imeis.length === 0).map(({ days }) => days.join());
    expect(whole.sort()).toEqual([...DAYS, ...CHECKED].sort());
    const { days, gaps } = await readDays(world);
    expect(gaps).toEqual([]);
    expect(days.map(({ date }) => date)).toEqual(DAYS);
    expect(days.every((day) => day.devices === DEVICES && day.missingDevices === 0)).toBe(true);

    const rows = DEVICES * DAYS.length;
    const bytesPerRow = (await sql.size()) / rows;
    if (IS_LARGE && kind === 'SQLite') expect(bytesPerRow).toBeLessThan(MAX_BYTES_PER_ROW);

    // The ground truth, and no call.
    expect(await readMonth(world, MONTH)).toEqual(truthOf(account, MONTH));
    expect(account.takeCalls()).toEqual([]);
    console.info(
      `${kind}, ${DEVICES} devices, ${DAYS.length} days: ${calls.length} calls, ${Math.round(bytesPerRow)} bytes per row, ` +
        `${Math.round(rows / seconds)} rows recorded per second`,
    );
  });
});

const DAYS_QUERY = `query ($from: Date!, $to: Date!) {
  recordedDays(from: $from, to: $to) { gaps days { date devices missingDevices } }
}`;

interface DaysAnswer {
  readonly recordedDays: {
    readonly gaps: readonly string[];
    readonly days: readonly { readonly date: string; readonly devices: number; readonly missingDevices: number }[];
  };
}
