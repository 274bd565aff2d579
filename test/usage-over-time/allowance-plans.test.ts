import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import {
  BillingCycleDocument,
  UsageAllowancePlansDocument,
  type BillingCycleInput,
} from '../support/graphql/graphql.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const ACCOUNT = '0844021539-00001';
const IMEIS = Array.from({ length: 12 }, (_, at) => String(350_000_000_000_000 + at));
const PLANS = [
  { accountNumber: ACCOUNT, includedBytes: 60_000, cycleStartDay: 15, timeZone: 'America/New_York' },
  { accountNumber: ACCOUNT, dataPlan: 'Each', includedBytesPerDevice: 4_000 },
  { accountNumber: ACCOUNT, dataPlan: 'Shared', includedBytes: 30_000 },
  { accountNumber: '0742644905-00001', includedBytesPerDevice: 5 },
];

describe('an allowance from PLANS_FILE', () => {
  let platform: RecordingPlatform;
  let world: World;

  beforeEach(async () => {
    platform = await startRecordingPlatform();
    // Each device transfers 100 bytes a day: those that a call names, or all.
    platform.onRequest(PATHS.aggregate, (response, request) => {
      const { imei: named } = JSON.parse(request.body.toString()) as { imei: string[] };
      const usage = (named.length === 0 ? IMEIS : named).map((imei) => ({
        imei,
        numberOfSessions: 1,
        bytesTransferred: 100,
      }));
      answerWith({ txid: 't', usage })(response, request);
    });
    platform.onRequest(PATHS.sessions, answerWith({ txid: 's', sessions: [] }));
    const { allowancePlans } = readConfig({ PLANS_FILE: 'plans.json' }, () => JSON.stringify(PLANS)).plans;
    const config = { baseUrl: platform.url, batchWindowMs: 0, allowancePlans };
    world = await startWorld({ startsAt: '2026-11-20T12:00:00Z', config });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  const ask = async (cycle: Partial<BillingCycleInput>) => {
    const { data, errors } = await world.query(BillingCycleDocument, { cycle: { cycleStartDay: 1, ...cycle } });
    expect(errors).toEqual([]);
    return data?.billingCycle?.allowance ?? null;
  };

  test('is that of the account if the input has none, and what was sent wins', async () => {
    const used = 12 * 20 * 100;
    expect(await ask({ allDevices: true })).toMatchObject({
      includedBytes: 60_000,
      isFromPlan: true,
      usedShare: used / 60_000,
      projectedShare: (12 * 30 * 100) / 60_000,
      exceedsOn: null,
    });
    expect(await ask({ allDevices: true, includedBytes: 5_000 })).toMatchObject({
      includedBytes: 5_000,
      isFromPlan: false,
      exceedsOn: '2026-11-05',
    });
  });

  test('is that of the data plan which the devices are filtered by, for each of them if the plan says so', async () => {
    expect(await ask({ allDevices: true, dataPlan: 'Shared' })).toMatchObject({ includedBytes: 30_000 });
    expect(await ask({ allDevices: true, dataPlan: ' Each ' })).toMatchObject({ includedBytes: 12 * 4_000 });
    expect(await ask({ imei: IMEIS.slice(0, 3), dataPlan: 'Each' })).toMatchObject({ includedBytes: 3 * 4_000 });
    expect(platform.requestsTo(PATHS.aggregate).at(-1)?.body.toString()).toContain('"dataPlan":"Each"');
  });

  test.each<[string, Partial<BillingCycleInput>]>([
    ['named devices', { imei: IMEIS.slice(0, 3) }],
    ['a device group', { allDevices: true, deviceGroup: 'North depot' }],
    ['a device label', { allDevices: true, dataPlan: 'Shared', deviceLabel: 'Van 001' }],
    ['a data plan that has none of its own', { allDevices: true, dataPlan: 'Other' }],
  ])('that all devices share is null for %s, because others use it, too', async (_, devices) => {
    expect(await ask(devices)).toBeNull();
  });

  test('can be read for an account, and costs no call', async () => {
    const { data, errors } = await world.query(UsageAllowancePlansDocument, {});
    expect(errors).toEqual([]);
    const cycle = { cycleStartDay: 1, timeZone: 'UTC' };
    expect(data?.usageAllowancePlans).toEqual([
      {
        dataPlan: null,
        includedBytes: 60_000,
        includedBytesPerDevice: null,
        cycleStartDay: 15,
        timeZone: 'America/New_York',
      },
      { dataPlan: 'Each', includedBytes: null, includedBytesPerDevice: 4_000, ...cycle },
      { dataPlan: 'Shared', includedBytes: 30_000, includedBytesPerDevice: null, ...cycle },
    ]);
    const other = await world.query(UsageAllowancePlansDocument, { accountNumber: 'A-1' });
    expect(other.data?.usageAllowancePlans).toEqual([]);
    const bad = await world.query(UsageAllowancePlansDocument, { accountNumber: 'no account' });
    expect(bad.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['accountNumber'] } }]);
    expect(platform.requests).toEqual([]);
  });
});
