import { afterEach, describe, expect, test } from 'vitest';
import { isAccountNumber } from '../../src/domain/account.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { ACCOUNT, startRecordedAccount, type RecordedAccount } from '../support/record/recorded-account.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { HOUR, MINUTE } from '../truth/calendar.ts';

const STEP_MS = 36_000;
/** One request takes so many devices. */
const CAP = 10_000;
const DEVICES = CAP + 40;
const [FIRST, LAST] = ['2026-11-16', '2026-11-17'];

describe.each(['SQLite', 'PostgreSQL'] as const)(
  'the record of an account that does not show all of its devices, on %s',
  { timeout: 240_000 },
  (kind) => {
    const opened: { close(): Promise<unknown> }[] = [];
    afterEach(async () => {
      for (const one of opened.splice(0).reverse()) await one.close();
    });

    const start = async (cap?: number, devices = DEVICES): Promise<[RecordedAccount, World]> => {
      const account = await startRecordedAccount(devices, 'UTC', cap);
      opened.push(account);
      const world = await startWorld({
        config: {
          baseUrl: account.platform.url,
          accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null,
          databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null,
          recordMode: 'daily',
          recordBackfillDays: 4,
          recordCallsPerHour: HOUR / STEP_MS,
          callbackSecret: 'a-secret-of-the-callbacks',
        },
      });
      opened.push(world);
      account.listen(world);
      return [account, world];
    };
    const recordDays = async (account: RecordedAccount, world: World) => {
      for (let steps = 0; steps < 100; steps += 1) {
        world.clock.advance(steps % 4 === 3 ? 16 * MINUTE : STEP_MS);
        await expect.poll(() => world.clock.countTimers(STEP_MS), { timeout: 50_000, interval: 5 }).toBe(1);
        await account.deliver(world);
        const { data } = await world.query(DAYS, { from: FIRST, to: LAST });
        const { recordedDays } = data as unknown as { recordedDays: { days: { devices: number }[]; gaps: string[] } };
        if (recordedDays.gaps.length === 0) return recordedDays.days;
      }
      throw new Error('the days are not recorded');
    };
    const readBucket = async (world: World, input: object) => {
      const { data, errors } = await world.query(SERIES, { input: { startDate: FIRST, endDate: LAST, ...input } });
      expect(errors).toEqual([]);
      return (data as unknown as Series).usageSeries.groups[0]?.buckets[0];
    };

    test('marks days on which devices may have been cut off, and says so in series, but not of named devices that it has', async () => {
      const [account, world] = await start(CAP);
      const days = await recordDays(account, world);
      expect(days).toMatchObject([
        { missingDevices: 0, mayBeCapped: true },
        { missingDevices: 0, mayBeCapped: true },
      ]);
      // A day has those that the days beside it had, too.
      expect(Math.min(...days.map(({ devices }) => devices))).toBeGreaterThanOrEqual(CAP);
      expect(Math.max(...days.map(({ devices }) => devices))).toBeGreaterThan(CAP);
      for (const granularity of ['WHOLE', 'DAY']) {
        const bucket = await readBucket(world, { allDevices: true, granularity });
        expect(bucket).toMatchObject({ complete: false, errors: [{ imei: null }] });
        expect(bucket?.errors[0]?.errorMessage).toMatch(
          /^On (?:2 of these 2|1 of these 1) recorded days, .* 10000 devices/,
        );
      }
      const imei = account.imeis.slice(1_000, 1_003);
      expect(await readBucket(world, { imei, granularity: 'WHOLE' })).toMatchObject({ complete: true, errors: [] });
    });

    test('marks no day if its response had more devices than one request takes', async () => {
      const [account, world] = await start();
      const days = await recordDays(account, world);
      expect(days).toEqual(Array(2).fill({ devices: DEVICES, missingDevices: 0, mayBeCapped: false }));
      expect(await readBucket(world, { allDevices: true, granularity: 'DAY' })).toMatchObject({
        complete: true,
        errors: [],
      });
    });

    test('counts devices with an error as missing, but for those that are inactive', async () => {
      const [account, world] = await start(undefined, 10);
      const [inactive = '', failed = ''] = account.imeis;
      account.fail(inactive, '404 NOT_FOUND');
      account.fail(failed, '500 INTERNAL_SERVER_ERROR');
      const days = await recordDays(account, world);
      expect(days).toEqual(Array(2).fill({ devices: 8, missingDevices: 1, mayBeCapped: false }));
      const bucket = await readBucket(world, { allDevices: true, granularity: 'DAY' });
      expect(bucket).toMatchObject({ complete: false, errors: [{ imei: null }] });
      expect(bucket?.errors[0]?.errorMessage).toContain('up to 1 devices had no usage');
    });
  },
);

interface Series {
  readonly usageSeries: {
    readonly groups: readonly {
      readonly buckets: readonly {
        readonly complete: boolean;
        readonly errors: readonly { readonly errorMessage: string }[];
      }[];
    }[];
  };
}

const DAYS =
  'query ($from: Date!, $to: Date!) { recordedDays(from: $from, to: $to) { gaps days { devices missingDevices mayBeCapped } } }';
const SERIES = `query ($input: UsageSeriesInput!) {
  usageSeries(input: $input) { groups { buckets { complete errors { imei errorMessage } } } }
}`;
