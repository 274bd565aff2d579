import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccountNumber } from '../../src/domain/account.ts';
import { fc } from '../support/fast-check.ts';
import type { UsageGranularity, UsageSeriesPath } from '../support/graphql/graphql.ts';
import { ACCOUNT, createFleetOfSessions, IMEIS, sumSessions } from '../support/usage-over-time/fleet-of-sessions.ts';
import { findStartMs, listDays, toBucketsOfDays } from '../support/usage-over-time/local-calendar.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { DAY, ZONES } from '../truth/calendar.ts';
import { createChance } from '../truth/chance.ts';
import type { Fleet } from '../truth/fleet.ts';
import { startPlatform } from '../truth/platform/platform.ts';

const DAYS = 40;

/** Around the changes of the clocks in America and in Europe. */
describe.each(['2026-11-08T12:05:00Z', '2026-04-10T12:05:00Z'])('every path, at %s', (startsAt) => {
  let simulated: World;

  beforeAll(async () => {
    simulated = await startWorld({ startsAt });
  });
  afterAll(() => simulated.close());

  /** A server in front of a platform with these sessions. */
  const open = async (fleet: Fleet) => {
    const platform = await startPlatform(fleet, simulated.clock.now, createChance(1));
    const world = await startWorld({
      simulatorOf: simulated,
      config: {
        baseUrl: platform.url,
        accountNumber: isAccountNumber(ACCOUNT) ? ACCOUNT : null,
        batchWindowMs: 0,
        maxUpstreamCalls: 500,
      },
    });
    return {
      world,
      platform,
      async close() {
        await world.close();
        await platform.close();
      },
    };
  };

  test('returns the usage that the sessions have, for exactly the calls of its plan', async () => {
    const anySeries = fc.record({
      seed: fc.nat(1_000),
      zone: fc.constantFrom(...ZONES),
      granularity: fc.constantFrom<UsageGranularity[]>('DAY', 'WEEK', 'MONTH', 'BILLING_CYCLE', 'WHOLE'),
      cycleStartDay: fc.integer({ min: 1, max: 31 }),
      daysAgo: fc.integer({ min: -2, max: 30 }),
      days: fc.integer({ min: 1, max: 12 }),
      isForAccount: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(anySeries, async ({ seed, zone, granularity, cycleStartDay, daysAgo, days, isForAccount }) => {
        const nowMs = simulated.clock.now();
        const fleet = createFleetOfSessions(seed, nowMs, DAYS);
        const { world, platform, close } = await open(fleet);
        try {
          const toText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
          const startDate = toText(nowMs - daysAgo * DAY - (days - 1) * DAY);
          const endDate = toText(nowMs - daysAgo * DAY);
          const expected = toBucketsOfDays(listDays(startDate, endDate), granularity, cycleStartDay).map((of) => {
            const fromMs = findStartMs(of[0] ?? '', zone);
            const toMs = findStartMs(toText(Date.parse(of.at(-1) ?? '') + DAY), zone) - 1;
            return {
              start: new Date(fromMs).toISOString(),
              end: new Date(toMs).toISOString(),
              usage:
                fromMs > nowMs
                  ? null
                  : Object.fromEntries(fleet.devices.map((one) => [one.imei, sumSessions(one, fromMs, toMs, nowMs)])),
            };
          });
          const named = isForAccount ? { allDevices: true } : { imei: IMEIS };
          const paths: UsageSeriesPath[] = isForAccount
            ? ['AUTO', 'ACCOUNT']
            : ['AUTO', 'SESSIONS', 'AGGREGATED', 'ACCOUNT'];
          for (const path of paths) {
            const before = platform.answered.length;
            const series = { ...named, startDate, endDate, granularity, timeZone: zone, cycleStartDay, path };
            const { data, errors } = await world.query(QUERY, { series });
            expect(errors).toEqual([]);
            const { plan, groups } = (data as unknown as Answer).usageSeries;
            expect(plan.upstreamCalls).toBe(platform.answered.length - before);
            const [{ buckets } = { buckets: [] }] = groups;
            expect(
              buckets.map(({ start, end, totals, usage }) => ({
                start,
                end,
                usage:
                  totals === null
                    ? null
                    : Object.fromEntries(
                        usage.map(({ imei, numberOfSessions, bytesTransferred }) => [
                          imei,
                          { numberOfSessions, bytesTransferred },
                        ]),
                      ),
              })),
            ).toEqual(expected);
            for (const { totals, usage } of buckets) {
              if (totals === null) continue;
              expect(totals.bytesTransferred).toBe(usage.reduce((sum, row) => sum + row.bytesTransferred, 0));
              expect(totals.devices).toBe(IMEIS.length);
            }
          }
          expect(platform.complaints).toEqual([]);
        } finally {
          await close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

const QUERY = `query ($series: UsageSeriesInput!) {
  usageSeries(input: $series) {
    plan { path upstreamCalls }
    groups { buckets {
      start end totals { devices bytesTransferred }
      usage(orderBy: IMEI) { imei numberOfSessions bytesTransferred }
    } }
  }
}`;

interface Answer {
  readonly usageSeries: {
    readonly plan: { readonly path: string; readonly upstreamCalls: number };
    readonly groups: readonly { readonly buckets: readonly Bucket[] }[];
  };
}

interface Bucket {
  readonly start: string;
  readonly end: string;
  readonly totals: { readonly devices: number; readonly bytesTransferred: number } | null;
  readonly usage: readonly {
    readonly imei: string;
    readonly numberOfSessions: number;
    readonly bytesTransferred: number;
  }[];
}
