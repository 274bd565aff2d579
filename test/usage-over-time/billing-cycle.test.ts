import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BillingCycleDocument, type BillingCycleInput } from '../support/graphql/graphql.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const IMEIS = Array.from({ length: 12 }, (_, at) => String(350_000_000_000_000 + at));

/** A Friday. Days until the 17th are settled. */
const NOW = '2026-11-20T12:00:00Z';

describe('a billing cycle', () => {
  let platform: RecordingPlatform;
  let world: World;

  beforeEach(async () => {
    platform = await startRecordingPlatform();
    world = await startWorld({ startsAt: NOW, config: { baseUrl: platform.url, batchWindowMs: 0 } });
    answerOf((day) => (isWeekend(day) ? 10 : 100));
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  /** Each device transfers so many bytes on a day. */
  const answerOf = (toBytes: (day: string) => number): void =>
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const { startDate } = JSON.parse(request.body.toString()) as { startDate: string };
      const usage = IMEIS.map((imei) => ({
        imei,
        numberOfSessions: 1,
        bytesTransferred: toBytes(startDate.slice(0, 10)),
      }));
      answerWith({ txid: 't', usage })(response, request);
    });
  const ask = async (cycle: Partial<BillingCycleInput>) => {
    const { data, errors } = await world.query(BillingCycleDocument, {
      cycle: { allDevices: true, cycleStartDay: 1, ...cycle },
    });
    return { cycle: data?.billingCycle, errors };
  };
  const countCalls = (): number => platform.requests.filter(({ path }) => path === PATHS.aggregate).length;

  test('adds up each device once, and projects it from the median of its settled weekdays', async () => {
    const { cycle, errors } = await ask({ includedBytes: 20_000 });
    expect(errors).toEqual([]);
    expect(countCalls()).toBe(cycle?.plan.upstreamCalls);
    expect(cycle).toMatchObject({ start: '2026-11-01', end: '2026-11-30', daysLeft: 10, complete: true });
    // Until today, five Sundays and Saturdays of 10 bytes, and 15 other days of 100, for twelve devices.
    const used = 12 * (5 * 10 + 15 * 100);
    expect(cycle?.usage).toEqual({ devices: 12, bytesTransferred: used });
    const expected = 12 * (9 * 10 + 21 * 100);
    expect(cycle?.projection).toEqual({
      // Quartiles of the settled days are 10 or 100, so low and high can take a day for one of the other kind.
      low: expect.any(Number) as number,
      expected,
      high: expect.any(Number) as number,
      method: 'WEEKDAY_MEDIAN',
      basedOnDays: 17,
    });
    const { low = 0, high = 0 } = cycle?.projection ?? {};
    expect(low).toBeLessThanOrEqual(expected);
    expect(high).toBeGreaterThanOrEqual(expected);
    expect(cycle?.allowance).toEqual({
      includedBytes: 20_000,
      isFromPlan: false,
      usedShare: used / 20_000,
      projectedShare: expected / 20_000,
      // 12 * 1,550 until the 20th, 12 * 20 on the weekend, then 1,200 a day.
      exceedsOn: '2026-11-23',
    });
  });

  test('is not projected from fewer than seven settled days, and has no allowance if none was sent', async () => {
    const { cycle, errors } = await ask({ cycleStartDay: 12 });
    expect(errors).toEqual([]);
    expect(cycle).toMatchObject({
      start: '2026-11-12',
      end: '2026-12-11',
      daysLeft: 21,
      projection: null,
      allowance: null,
    });
    const { cycle: exceeded } = await ask({ cycleStartDay: 12, includedBytes: 3_000 });
    expect(exceeded?.allowance).toMatchObject({ projectedShare: null, exceedsOn: '2026-11-16' });
  });

  test('that is over and settled is projected to what it was', async () => {
    const { cycle } = await ask({ at: '2026-10-05' });
    const bytes = cycle?.usage?.bytesTransferred ?? 0;
    expect(cycle).toMatchObject({ start: '2026-10-01', end: '2026-10-31', daysLeft: 0 });
    expect(cycle?.projection).toMatchObject({ low: bytes, expected: bytes, high: bytes, basedOnDays: 31 });
  });

  test('starts on the last day of a month that is too short', async () => {
    const { cycle } = await ask({ cycleStartDay: 31, at: '2026-10-01' });
    expect(cycle).toMatchObject({ start: '2026-09-30', end: '2026-10-30' });
  });

  test('fails if a day could not be loaded, because its sum would be wrong', async () => {
    let calls = 0;
    platform.onRequest(PATHS.aggregate, (response, request) => {
      calls += 1;
      answerWith(calls === 3 ? { errorCode: 'X' } : { txid: 't', usage: [] }, calls === 3 ? 409 : 200)(
        response,
        request,
      );
    });
    const { cycle, errors } = await ask({ includedBytes: 5 });
    expect(cycle).toMatchObject({
      start: '2026-11-01',
      usage: null,
      complete: null,
      projection: null,
      allowance: null,
    });
    expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['UPSTREAM_CONFLICT']));
  });

  test.each<[string, Partial<BillingCycleInput>, string]>([
    ['a start day that no month has', { cycleStartDay: 0 }, 'cycleStartDay'],
    ['no bytes', { includedBytes: 0 }, 'includedBytes'],
    ['a part of a byte', { includedBytes: 1.5 }, 'includedBytes'],
    ['a cycle that the platform no longer has', { at: '2026-05-10' }, 'at'],
    ['a day that is none', { at: '2026-11-31' }, 'at'],
  ])('is rejected for %s', async (_, change, name) => {
    const { errors } = await ask(change);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', name] } }]);
    expect(platform.requests).toEqual([]);
  });
});

function isWeekend(day: string): boolean {
  return new Date(day).getUTCDay() % 6 === 0;
}
