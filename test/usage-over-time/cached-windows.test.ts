import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { startWorld, type World } from '../support/world/world.ts';

const DEVICES = 3_000;
/** What docs/limits.md says that a device of a cached window counts. */
const DEVICE_BYTES = 28;
const FITTING_DAYS = 5;
const MAX_BYTES = DEVICES * DEVICE_BYTES * FITTING_DAYS;

let platform: World;
let world: World;
beforeAll(async () => {
  platform = await startWorld();
  world = await startWorld({
    simulatorOf: platform,
    config: { maxUpstreamBytes: MAX_BYTES, cacheMaxBytes: 64 * 2 ** 20 },
  });
});
afterAll(async () => {
  await world.close();
  await platform.close();
});

test('an operation reads as many cached windows of a whole account as fit, and says which did not', async () => {
  for (let day = 1; day <= FITTING_DAYS + 1; day += 1) {
    await sendUsage(day);
    expect(await read(day, day)).toEqual([sumOf(day)]);
  }
  await platform.admin.fault({ path: PATHS.aggregate, status: 500 });

  expect(await read(1, FITTING_DAYS)).toEqual([1, 2, 3, 4, 5].map(sumOf));
  expect(await read(1, FITTING_DAYS + 1)).toEqual([
    ...[1, 2, 3, 4, 5].map(sumOf),
    expect.stringMatching(/^The cached responses of whole accounts .* exceed 420000 bytes .*Ask for fewer devices/),
  ]);
});

/** Each day has one device fewer at its beginning, and one more at its end. */
async function sendUsage(day: number): Promise<void> {
  const usage = Array.from({ length: DEVICES }, (_, at) => ({
    imei: String(100_000_000_000_000 + day + at),
    numberOfSessions: 1,
    bytesTransferred: day + at,
  }));
  await platform.admin.endFaults();
  await platform.admin.fault({ path: PATHS.aggregate, rawBody: JSON.stringify({ txid: 'a', usage }) });
}

interface Bucket {
  readonly totals: { readonly bytesTransferred: number } | null;
  readonly errors: readonly { readonly errorMessage: string }[];
  readonly usage: readonly { readonly imei: string }[];
}

interface Sum {
  readonly bytes: number;
  readonly first: string;
  readonly last: string;
}

function sumOf(day: number): Sum {
  const bytes = DEVICES * day + (DEVICES * (DEVICES - 1)) / 2;
  return { bytes, first: String(100_000_000_000_000 + day), last: String(100_000_000_000_000 + day + DEVICES - 1) };
}

/** The sum of each day, or why it has none. */
async function read(from: number, to: number): Promise<(Sum | string | undefined)[] | undefined> {
  const { data, errors: failed } = await world.query(
    `query ($startDate: Date!, $endDate: Date!) {
      usageSeries(input: { allDevices: true, startDate: $startDate, endDate: $endDate, granularity: DAY }) {
        groups { buckets { totals { bytesTransferred } errors { errorMessage } usage(first: 3000, orderBy: IMEI) { imei } } }
      }
    }`,
    { startDate: `2026-10-1${from}`, endDate: `2026-10-1${to}` },
  );
  expect(failed).toEqual([]);
  const { groups } = data?.['usageSeries'] as { readonly groups: readonly { readonly buckets: readonly Bucket[] }[] };
  return groups[0]?.buckets.map(({ totals, errors, usage }) =>
    totals === null
      ? errors[0]?.errorMessage
      : { bytes: totals.bytesTransferred, first: usage[0]?.imei ?? '', last: usage.at(-1)?.imei ?? '' },
  );
}
