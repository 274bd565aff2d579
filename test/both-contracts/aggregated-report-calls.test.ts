import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { AggregatedReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

describe('an aggregated report of 100 devices', () => {
  let world: World;
  let hundred: string[];
  const window = { startDate: '2026-11-01', endDate: '2026-11-18' };

  beforeAll(async () => {
    world = await startWorld();
    hundred = world.devices('meter', 100);
  });
  afterAll(() => world.close());
  beforeEach(() => world.admin.forgetCalls());

  const askedFor = async (): Promise<string[][]> =>
    (await world.admin.calls(PATHS.aggregate)).map((call) => (JSON.parse(call.body) as { imei: string[] }).imei);

  test('makes 10 calls of 10 devices', async () => {
    const answer = await world.query(AggregatedReportDocument, { input: { imei: hundred, ...window } });
    expect(answer.errors).toEqual([]);
    const calls = await askedFor();
    expect(calls.map((imeis) => imeis.length)).toEqual(Array(10).fill(10));
    expect(calls.flat().sort()).toEqual([...hundred].sort());
    expect(answer.data?.aggregatedReport?.txids).toHaveLength(10);
  });

  test('makes the same 10 calls if aliases, repeated IMEIs and devices { usage } request the same devices', async () => {
    const answer = await world.query(
      `query ($imei: [IMEI!]!, $twice: [IMEI!]!, $startDate: ReportDate, $endDate: ReportDate) {
        a: aggregatedReport(input: { imei: $imei, startDate: $startDate, endDate: $endDate }) { usage { imei } }
        b: aggregatedReport(input: { imei: $twice, startDate: $startDate, endDate: $endDate }) { usage { imei } }
        devices(imei: $imei) { usage(startDate: $startDate, endDate: $endDate) { bytesTransferred } }
      }`,
      { imei: hundred, twice: [...hundred, ...hundred], ...window },
    );
    expect(answer.errors).toEqual([]);
    expect((answer.data as { a: { usage: { imei: string }[] } }).a.usage.map(({ imei }) => imei)).toEqual(hundred);
    expect((answer.data as { b: unknown }).b).toEqual((answer.data as { a: unknown }).a);
    expect(await askedFor()).toHaveLength(10);
  });
});
