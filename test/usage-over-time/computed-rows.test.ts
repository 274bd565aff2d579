import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const DEVICES = 3_000;
const IMEIS = Array.from({ length: DEVICES }, (_, at) => String(100_000_000_000_000 + at));
const DAYS = 'startDate: "2026-11-09", endDate: "2026-11-10", granularity: DAY';
const GROUPS = 'groupBy: { by: DEVICE_LABEL, values: ["a", "b"] }';

const repeat = (count: number, field: string): string =>
  Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');

describe('what is computed from a series', () => {
  const worlds: World[] = [];
  let platform: World;
  beforeAll(async () => {
    platform = await startWorld();
  });
  afterAll(() => platform.close());
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  beforeEach(async () => {
    await platform.admin.endFaults();
    const usage = IMEIS.map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: 10 }));
    await platform.admin.fault({ path: PATHS.aggregate, rawBody: JSON.stringify({ txid: 'a', usage }) });
  });

  const ask = async (query: string, maxComputedRows: number, variables = {}): Promise<Answer> => {
    const world = await startWorld({ simulatorOf: platform, config: { maxComputedRows } });
    worlds.push(world);
    return world.query(query, variables);
  };

  // Two days, each with the account and two groups.
  const ROWS = 2 * 3 * DEVICES;

  test.each([
    ['the devices in no group', 'unattributed { complete }', ROWS / 2],
    ['the number of devices in several groups', 'overlappingDevices', (ROWS * 2) / 3 / 2],
    ['groups', 'groups { buckets { complete } }', (ROWS * 2) / 3 / 16],
  ])('is found once for any number of aliases: %s', async (_, field, rows) => {
    const series = (count: number) =>
      `{ usageSeries(input: { allDevices: true, ${DAYS}, ${GROUPS} }) { ${repeat(count, field)} } }`;
    const { data, errors } = await ask(series(300), rows);
    expect(errors).toEqual([]);
    const found = Object.values(data?.['usageSeries'] as object);
    expect(found).toHaveLength(300);
    expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(1);
    const tooMany = await ask(series(2), rows - 1);
    expect(tooMany.data).toEqual({ usageSeries: { a0: null, a1: null } });
    expect(tooMany.errors.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'BUDGET_EXCEEDED', cost: rows, limit: rows - 1 },
      { code: 'BUDGET_EXCEEDED' },
    ]);
  });

  test('is found in each bucket of the account: which of the named devices it does not have', async () => {
    const others = ['200000000000000', '200000000000001'];
    const query = `query ($imei: [IMEI!]!) { usageSeries(input: { imei: $imei, path: ACCOUNT, ${DAYS}, ${GROUPS} }) {
      groups { buckets { missing totals { devices } } } unattributed { missing totals { devices } }
    } }`;
    const { data, errors } = await ask(query, 400_000, { imei: [others[0], ...IMEIS.slice(0, 5), others[1]] });
    expect(errors).toEqual([]);
    const ofGroup = { missing: [], totals: { devices: 5 } };
    const unattributed = { missing: others, totals: { devices: 0 } };
    expect(data).toEqual({
      usageSeries: {
        groups: [{ buckets: [ofGroup, ofGroup] }, { buckets: [ofGroup, ofGroup] }],
        unattributed: [unattributed, unattributed],
      },
    });
  });

  test('is found once for any number of aliases: the series of a device', async () => {
    // 70 days to come, and no call.
    const series = 'usageSeries(startDate: "2026-12-01", endDate: "2027-02-08", granularity: DAY) { start }';
    const { data, errors } = await ask(`{ device(imei: "${IMEIS[0]}") { ${repeat(400, series)} } }`, 70 * 64);
    expect(errors).toEqual([]);
    const found = Object.values(data?.['device'] as object);
    expect(found.map((buckets: readonly unknown[]) => buckets.length)).toEqual(Array<number>(400).fill(70));
  });

  test('counts each bucket of each device', async () => {
    const query = `query ($imei: [IMEI!]!) { devices(imei: $imei) {
      usageSeries(startDate: "2026-12-01", endDate: "2027-02-08", granularity: DAY) { start totals { devices } }
    } }`;
    // 70 days to come, and no call.
    const { data, errors } = await ask(query, 20 * 70 * 8, { imei: IMEIS.slice(0, 21) });
    const devices = (data?.['devices'] ?? []) as { readonly usageSeries: readonly unknown[] | null }[];
    expect(devices.map(({ usageSeries }) => usageSeries?.length)).toEqual([...Array<number>(20).fill(70), undefined]);
    expect(errors).toMatchObject([{ path: ['devices', 20, 'usageSeries'], extensions: { code: 'BUDGET_EXCEEDED' } }]);
  });
});
