import { afterEach, describe, expect, test } from 'vitest';
import { isAccountNumber } from '../../src/domain/account.ts';
import { createTimeZone } from '../../src/domain/time-zone.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openReportStore } from '../../src/async-reports/store/open-store.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { ACCOUNT, startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import type { Settings } from '../support/world/settings.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { listDays } from '../support/usage-over-time/local-calendar.ts';
import { DAY, HOUR, MINUTE } from '../truth/calendar.ts';

const ZONE = 'America/New_York';
/** The server looks for something to do in this rhythm, and may make a call each time. No other timer has this length. */
const STEP_MS = 36_000;
const SIZE = { devices: 500, days: 60 };
/** Sixty days before 20 November, and the last one that is settled then. Between them, the clocks change. */
const [FIRST, LAST] = ['2026-09-21', '2026-11-17'];
const DAYS = listDays(FIRST, LAST);
const LOST = '2026-10-02';

describe.each(['SQLite', 'PostgreSQL'] as const)('a record of days, on %s', { timeout: 240_000 }, (kind) => {
  const accounts: RecordedAccount[] = [];
  const worlds: World[] = [];
  /** The PostgreSQL of each server. */
  const stores = new Map<World | undefined, string | null>();

  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.close()));
    await Promise.all(accounts.splice(0).map((account) => account.close()));
  });

  const startAccount = async (devices = SIZE.devices): Promise<RecordedAccount> => {
    const account = await startRecordedAccount(devices, ZONE);
    accounts.push(account);
    return account;
  };
  const startServer = async (account: RecordedAccount, config: Settings = {}, of?: World): Promise<World> => {
    const zone = createTimeZone(ZONE);
    if (zone === null) throw new Error('there is no such zone');
    const databaseUrl = kind === 'PostgreSQL' ? (stores.get(of) ?? (await createDatabase())) : null;
    const world = await startWorld({
      ...(of === undefined ? {} : { simulatorOf: of }),
      config: {
        baseUrl: account.platform.url,
        accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null,
        databaseUrl,
        recordMode: 'daily',
        recordZone: zone,
        recordBackfillDays: SIZE.days,
        recordCallsPerHour: HOUR / STEP_MS,
        callbackSecret: 'a-secret-of-the-callbacks',
        ...config,
      },
    });
    worlds.push(world);
    stores.set(world, databaseUrl);
    return world;
  };
  const readDays = async (world: World, from = FIRST, to = LAST) => {
    const { data, errors } = await world.query(DAYS_QUERY, { from, to });
    expect(errors).toEqual([]);
    return (data as unknown as DaysAnswer).recordedDays;
  };
  const countDays = async (world: World): Promise<number> => (await readDays(world)).days.length;
  /** Lets the server look once for something to do, and waits until it has done it. */
  const step = async (world: World, milliseconds = STEP_MS): Promise<void> => {
    world.clock.advance(milliseconds);
    await expect.poll(() => world.clock.countTimers(STEP_MS), { timeout: 50_000, interval: 5 }).toBe(1);
  };
  /** Lets it record so many days, with the messages of reports as they are requested. */
  const recordDays = async (world: World, account: RecordedAccount, days: number): Promise<void> => {
    for (let steps = 0; (await countDays(world)) < days; steps += 1) {
      if (steps > 200) throw new Error('the days are not recorded');
      await step(world);
      await account.deliver(world);
    }
  };
  const series = async (world: World, input: object) => {
    const { data, errors, extensions } = await world.query(SERIES_QUERY, { input });
    return { data: data as unknown as SeriesAnswer | null, errors, calls: extensions['upstream'] };
  };

  test('has each settled day once, by one asynchronous request, and asks again only for devices that stayed away, with the usage that they have', async () => {
    const account = await startAccount();
    const world = await startServer(account);
    account.listen(world);
    const [, second = '', third = ''] = account.imeis;
    account.lose(second, LOST);
    account.lose(third, LOST);
    await recordDays(world, account, DAYS.length);

    const calls = account.takeCalls();
    expect(calls.every(({ kind: how }) => how === 'asynchronous')).toBe(true);
    const whole = calls.filter(({ imeis }) => imeis.length === 0);
    expect(whole.map(({ days }) => days).sort()).toEqual(DAYS.map((day) => [day]));
    expect(calls.filter(({ imeis }) => imeis.length > 0)).toMatchObject([{ days: [LOST], imeis: [second, third] }]);
    const { timeZone, days, gaps } = await readDays(world);
    expect({ timeZone, gaps }).toEqual({ timeZone: 'AMERICA/NEW_YORK', gaps: [] });
    expect(days.map(({ date }) => date)).toEqual(DAYS);
    expect(new Set(days.map(({ devices }) => devices))).toEqual(new Set([SIZE.devices]));
    expect(days.every(({ missingDevices }) => missingDevices === 0)).toBe(true);
    // What was settled a week before needs no second look.
    expect(days.filter(({ revised }) => !revised).map(({ date }) => date)).toEqual(listDays('2026-11-11', LAST));
    await expectNoReports(world);

    // What is recorded is the usage that the devices have.
    const all = { allDevices: true, timeZone: ZONE };
    const daily = await series(world, { ...all, startDate: FIRST, endDate: LAST, granularity: 'DAY' });
    expect(daily.errors).toEqual([]);
    expect(daily.data?.usageSeries.plan).toMatchObject({ path: 'RECORDED', upstreamCalls: 0, fromStore: DAYS.length });
    const buckets = daily.data?.usageSeries.groups[0]?.buckets ?? [];
    expect(buckets).toHaveLength(DAYS.length);
    for (const [at, { totals, usage, complete, settled }] of buckets.entries()) {
      const expected = account.imeis.map((imei) => ({ imei, ...account.truth(imei, [DAYS[at] ?? '']) }));
      expect(usage).toEqual(expected);
      expect(totals?.bytesTransferred).toBe(expected.reduce((sum, { bytesTransferred }) => sum + bytesTransferred, 0));
      expect({ complete, settled }).toEqual({ complete: true, settled: true });
    }
    const named = account.imeis.slice(10, 15);
    const october = await series(world, {
      imei: [...named, '999999999999999'],
      timeZone: ZONE,
      startDate: '2026-10-01',
      endDate: '2026-10-31',
      granularity: 'MONTH',
      compareTo: 'PREVIOUS_PERIOD',
      path: 'RECORDED',
    });
    expect(october.errors).toEqual([]);
    const [month] = october.data?.usageSeries.groups[0]?.buckets ?? [];
    expect(month?.usage).toEqual(
      named.map((imei) => ({ imei, ...account.truth(imei, listDays('2026-10-01', '2026-10-31')) })),
    );
    expect(month).toMatchObject({ missing: ['999999999999999'], complete: false });
    const cut = await series(world, {
      ...all,
      startDate: '2026-09-19',
      endDate: '2026-09-22',
      granularity: 'DAY',
      path: 'RECORDED',
    });
    expect(cut.data?.usageSeries.groups[0]?.buckets.map(({ totals }) => totals === null)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect((await readDays(world, '2026-09-19', '2026-12-31')).gaps).toEqual(['2026-09-19', '2026-09-20']);
    expect(account.takeCalls()).toEqual([]);
  });

  test('is not used for days of another zone, for groups, and for days that are not recorded', async () => {
    const account = await startAccount(5);
    const world = await startServer(account, { recordBackfillDays: 22 });
    await recordDays(world, account, 20);
    account.takeCalls();
    const days = { allDevices: true, startDate: '2026-11-01', endDate: '2026-11-02', granularity: 'WHOLE' };
    const groupBy = { by: 'DATA_PLAN', values: ['a plan'] };
    for (const input of [
      days,
      { ...days, timeZone: ZONE, groupBy },
      { ...days, timeZone: ZONE, endDate: '2026-11-20' },
    ]) {
      const { data } = await series(world, input);
      expect(data?.usageSeries.plan.path).toBe('ACCOUNT');
    }
    account.takeCalls();
    const { errors } = await series(world, { ...days, path: 'RECORDED' });
    expect(errors[0]?.message).toContain('The record has days of the time zone AMERICA/NEW_YORK');
    expect(account.takeCalls()).toEqual([]);
  });

  test('goes on from day to day, checks each once more after a week, and keeps what has grown', async () => {
    const account = await startAccount(20);
    const world = await startServer(account, { recordBackfillDays: 15 });
    await recordDays(world, account, 13);
    expect(account.takeCalls()).toHaveLength(13);
    const [first = ''] = account.imeis;
    account.grow(first, LAST, 1_000_000);
    const listRevised = async () =>
      (await readDays(world, FIRST, '2026-12-31')).days.filter((day) => day.revised).map(({ date }) => date);
    for (let day = 1; day <= 10; day += 1) {
      await step(world, DAY);
      for (let times = 0; times < 3; times += 1) await step(world);
      expect((await readDays(world, FIRST, '2026-12-31')).days).toHaveLength(13 + day);
    }
    // A day is settled 48 hours after its end, and a week later it is checked.
    const weekOld = listDays('2026-11-11', '2026-11-20');
    expect(await listRevised()).toEqual([...listDays('2026-11-05', '2026-11-10'), ...weekOld]);
    expect(account.takeCalls().map(({ days }) => days[0])).toEqual(expect.arrayContaining(weekOld));
    expect(account.countCalls()).toBe(13 + 10 + weekOld.length);
    expect(await readStatus(world)).toEqual({
      recordedDays: 23,
      dueDays: 0,
      isListening: false,
      timeZone: 'AMERICA/NEW_YORK',
    });
    const { data } = await series(world, {
      imei: [first],
      timeZone: ZONE,
      startDate: LAST,
      endDate: LAST,
      granularity: 'DAY',
    });
    expect(data?.usageSeries.groups[0]?.buckets[0]?.usage).toEqual([{ imei: first, ...account.truth(first, [LAST]) }]);
  });

  test('says which days lack devices, so that their totals are not complete', async () => {
    const account = await startAccount(30);
    const world = await startServer(account, { recordBackfillDays: 12 });
    const [, second = ''] = account.imeis;
    // Whatever the platform is asked about the day, the device is not in the answer.
    const lost = '2026-11-12';
    const lose = setInterval(() => account.lose(second, lost), 0);
    account.lose(second, lost);
    await recordDays(world, account, 10).finally(() => clearInterval(lose));
    const { days } = await readDays(world, lost, lost);
    expect(days).toMatchObject([{ devices: 29, missingDevices: 1 }]);
    const { data } = await series(world, {
      allDevices: true,
      timeZone: ZONE,
      startDate: '2026-11-10',
      endDate: '2026-11-16',
      granularity: 'WHOLE',
    });
    const [month] = data?.usageSeries.groups[0]?.buckets ?? [];
    expect(month).toMatchObject({ complete: false });
    expect(month?.errors[0]?.errorMessage).toContain('On 1 of these 7 recorded days, up to 1 devices had no usage');
  });

  test('tells devices above their own baseline from those that grew as usual', async () => {
    const account = await startAccount(30);
    const [loud = ''] = account.imeis;
    const week = listDays('2026-11-11', LAST);
    for (const day of week) account.grow(loud, day, 3_000_000);
    const world = await startServer(account, { recordBackfillDays: 40 });
    await recordDays(world, account, 38);
    account.takeCalls();
    const changes = async (startDate: string, endDate: string) => {
      const { data, errors } = await world.query(CHANGES_QUERY, {
        input: { allDevices: true, timeZone: ZONE, startDate, endDate },
      });
      expect(errors).toEqual([]);
      return (data as unknown as ChangesAnswer).usageChanges;
    };
    const { plan, outliers } = await changes(week[0] ?? '', LAST);
    expect(plan).toEqual({ path: 'RECORDED', upstreamCalls: 0 });
    const baselineBytes = week.reduce((sum, day) => {
      const sameWeekday = listDays('2026-10-11', '2026-11-10').filter(
        (other) => new Date(other).getUTCDay() === new Date(day).getUTCDay(),
      );
      const bytes = sameWeekday.map((other) => account.truth(loud, [other]).bytesTransferred).sort((a, b) => a - b);
      return sum + (bytes[Math.ceil(bytes.length / 2) - 1] ?? 0);
    }, 0);
    const { bytesTransferred: bytes } = account.truth(loud, week);
    expect(outliers[0]).toEqual({
      device: { imei: loud },
      bytes,
      baselineBytes,
      ratio: bytes / baselineBytes,
      reason: 'ABOVE_OWN_BASELINE',
    });
    expect(outliers.filter(({ reason }) => reason === 'INSUFFICIENT_HISTORY')).toEqual([]);
    // Thirteen days before are recorded.
    const early = await changes('2026-10-24', '2026-10-30');
    expect(new Set(early.outliers.map(({ reason }) => reason))).toEqual(new Set(['INSUFFICIENT_HISTORY']));
    expect(account.takeCalls()).toEqual([]);
  });

  test('continues with what was requested when the server starts again, and requests nothing twice', async () => {
    const account = await startAccount(40);
    const world = await startServer(account, { recordBackfillDays: 12 });
    account.listen(world);
    // A step does nothing if the lock cannot be had in time.
    for (let times = 0; times < 10 && account.countCalls() < 5; times += 1) await step(world);
    expect(account.countCalls()).toBe(5);
    await world.shutDown();
    const again = await startServer(account, { dataDir: world.dataDir, recordBackfillDays: 12 }, world);
    account.listen(again);
    await recordDays(again, account, 10);
    expect(
      account
        .takeCalls()
        .map(({ days }) => days[0])
        .sort(),
    ).toEqual(listDays('2026-11-08', LAST));
  });

  test('makes as many calls in an hour as it may, however often it is started', async () => {
    const account = await startAccount(5);
    let world = await startServer(account);
    const calls = [];
    for (let times = 0; times < 3; times += 1) {
      await step(world);
      calls.push(account.countCalls());
      await world.shutDown();
      world = await startServer(account, { dataDir: world.dataDir }, world);
      await step(world, STEP_MS / 2);
      calls.push(account.countCalls());
    }
    expect(calls).toEqual([1, 1, 2, 2, 3, 3]);
  });

  const readStatus = async (world: World) => {
    const { data } = await world.query('{ serverStatus { record { recordedDays dueDays isListening timeZone } } }');
    return (data as unknown as { serverStatus: { record: object } }).serverStatus.record;
  };
  const expectNoReports = async (world: World): Promise<void> => {
    if (kind === 'PostgreSQL') return;
    const store = await openReportStore({
      databaseUrl: null,
      dataDir: world.dataDir,
      now: world.clock.now,
      wait: systemClock.wait,
      quietMs: 15 * MINUTE,
      deadlineMs: 24 * HOUR,
      retentionMs: 30 * DAY,
      unknownMaxBytes: 2 ** 20,
      onFailure: () => undefined,
    });
    const stored = isAccountNumber(ACCOUNT) ? await store.countStored(ACCOUNT) : -1;
    await store.close();
    expect(stored).toBe(0);
  };
});

const DAYS_QUERY = `query ($from: Date!, $to: Date!) {
  recordedDays(from: $from, to: $to) { timeZone gaps days { date recordedAt devices missingDevices revised } }
}`;

const SERIES_QUERY = `query ($input: UsageSeriesInput!) {
  usageSeries(input: $input) {
    plan { path upstreamCalls fromStore }
    groups { buckets {
      settled complete missing errors { errorMessage } totals { devices bytesTransferred }
      usage(first: 500, orderBy: IMEI) { imei numberOfSessions bytesTransferred }
    } }
  }
}`;

const CHANGES_QUERY = `query ($input: UsageChangesInput!) {
  usageChanges(input: $input) {
    plan { path upstreamCalls } outliers(first: 30) { device { imei } bytes baselineBytes ratio reason }
  }
}`;

interface ChangesAnswer {
  readonly usageChanges: {
    readonly plan: object;
    readonly outliers: readonly { readonly reason: string }[];
  };
}

interface DaysAnswer {
  readonly recordedDays: {
    readonly timeZone: string;
    readonly gaps: readonly string[];
    readonly days: readonly {
      readonly date: string;
      readonly devices: number;
      readonly missingDevices: number;
      readonly revised: boolean;
    }[];
  };
}

interface SeriesAnswer {
  readonly usageSeries: {
    readonly plan: { readonly path: string; readonly upstreamCalls: number; readonly fromStore: number };
    readonly groups: readonly { readonly buckets: readonly Bucket[] }[];
  };
}

interface Bucket {
  readonly settled: boolean;
  readonly complete: boolean;
  readonly missing: readonly string[];
  readonly errors: readonly { readonly errorMessage: string }[];
  readonly totals: { readonly devices: number; readonly bytesTransferred: number } | null;
  readonly usage: readonly {
    readonly imei: string;
    readonly numberOfSessions: number;
    readonly bytesTransferred: number;
  }[];
}
