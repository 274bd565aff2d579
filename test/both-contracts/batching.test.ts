import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { AggregatedReportDocument, type AggregatedReportInput } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

const WINDOW = { startDate: '2026-11-01', endDate: '2026-11-10' };
/** Longer than any test, so a window closes only when a test moves the clock. */
const WINDOW_MS = 120_000;

/** Requests usage in a batch and, in the same tick and without a batch, the sessions of another device. */
const USAGE_AND_SESSIONS = `query ($imei: IMEI!, $other: IMEI!, $startDate: ReportDate, $endDate: ReportDate) {
  device(imei: $imei) { usage(startDate: $startDate, endDate: $endDate) { imei } }
  other: device(imei: $other) { sessionsReport(startDate: $startDate, endDate: $endDate) { txid } }
}`;

describe('operations in the same batch window', () => {
  let world: World;
  let meters: string[];
  beforeAll(async () => {
    const longTimeouts = { callTimeoutMs: 10 * WINDOW_MS, totalTimeoutMs: 10 * WINDOW_MS };
    world = await startWorld({ config: { batchWindowMs: WINDOW_MS, concurrency: 50, ...longTimeouts } });
    meters = world.devices('meter', 100);
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  const askedFor = async (): Promise<string[][]> =>
    (await world.admin.calls(PATHS.aggregate)).map((call) => (JSON.parse(call.body) as { imei: string[] }).imei);
  const askOne = (imei: string, more: Partial<AggregatedReportInput> = {}, init: RequestInit = {}) =>
    world.query(AggregatedReportDocument, { input: { imei: [imei], ...WINDOW, ...more } }, init);
  /** Sends the operations, and waits until all of them run. */
  const askWithSessions = async (imeis: readonly string[]) => {
    const before = (await world.admin.calls(PATHS.sessions)).length;
    const asking = imeis.map((imei, at) => world.query(USAGE_AND_SESSIONS, { imei, other: meters[at], ...WINDOW }));
    await eventually(async () => (await world.admin.calls(PATHS.sessions)).length - before).toBe(imeis.length);
    return asking;
  };
  const closeWindow = (): void => world.clock.advance(WINDOW_MS);

  test('share three calls of ten if thirty of them request one device each, and each gets its own device', async () => {
    const thirty = meters.slice(0, 30);
    const answers = await Promise.all(thirty.map((imei) => askOne(imei)));
    expect(answers.map(({ data }) => data?.aggregatedReport?.usage.map(({ imei }) => imei))).toEqual(
      thirty.map((imei) => [imei]),
    );
    const calls = await askedFor();
    expect(calls.map((imeis) => imeis.length)).toEqual([10, 10, 10]);
    expect(calls.flat().sort()).toEqual([...thirty].sort());
  });

  test('share two full calls at once, and a third when the window closes, if twenty-five request one device each', async () => {
    const asking = await askWithSessions(meters.slice(30, 55));
    await eventually(async () => (await askedFor()).map((imeis) => imeis.length)).toEqual([10, 10]);
    closeWindow();
    const answers = await Promise.all(asking);
    expect(answers.map(({ data }) => data?.['device'])).toEqual(
      meters.slice(30, 55).map((imei) => ({ usage: { imei } })),
    );
    expect((await askedFor()).map((imeis) => imeis.length)).toEqual([10, 10, 5]);
  });

  test('fetch a device once, however many of them request it', async () => {
    const [imei = ''] = meters;
    const asking = await askWithSessions(Array.from({ length: 20 }, () => imei));
    closeWindow();
    const answers = await Promise.all(asking);
    expect(answers.map(({ data }) => data?.['device'])).toEqual(asking.map(() => ({ usage: { imei } })));
    expect(await askedFor()).toEqual([[imei]]);
  });

  test('share nothing if the account, the window or a filter differs', async () => {
    const inputs: Partial<AggregatedReportInput>[] = [
      {},
      { startDate: '2026-11-02' },
      { endDate: '2026-11-11' },
      { endDate: null },
      { deviceGroup: 'North depot' },
      { deviceLabel: 'North depot' },
      { dataPlan: 'North depot' },
      { noSessionFlag: false },
      { noSessionFlag: true },
      { accountNumber: '0000000000-00001' },
    ];
    const asking = inputs.map((input) => askOne(meters[70] ?? '', input));
    await eventually(async () => {
      closeWindow();
      return askedFor();
    }).toEqual(inputs.map(() => [meters[70]]));
    await Promise.all(asking);
    const bodies = (await world.admin.calls(PATHS.aggregate)).map(({ body }) => body);
    expect(new Set(bodies).size).toBe(inputs.length);
  });

  test('fetch the same devices once for all aliases and fragments of one operation', async () => {
    const imeis = meters.slice(80, 90);
    const { data, errors } = await world.query(
      `query ($imei: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) {
        a: devices(imei: $imei) { ...Usage }
        b: devices(imei: $imei) { ...Usage sameUsage: usage(startDate: $startDate, endDate: $endDate) { imei } }
        c: aggregatedReport(input: { imei: $imei, startDate: $startDate, endDate: $endDate }) { missing }
      }
      fragment Usage on Device { usage(startDate: $startDate, endDate: $endDate) { imei } }`,
      { imei: imeis, ...WINDOW },
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ a: imeis.map((imei) => ({ usage: { imei } })), c: { missing: [] } });
    expect(await askedFor()).toHaveLength(1);
  });
});
