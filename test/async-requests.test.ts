import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from './support/admin.ts';
import { AggregatedReportRequestDocument, RequestAggregatedReportDocument } from './support/graphql/graphql.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

describe('an asynchronous report', () => {
  const window = { startDate: '2026-11-01', endDate: '2026-11-18' };
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ listens: true });
  });
  afterEach(() => world.close());

  const request = async (imei: string[]) => {
    const answer = await world.query(RequestAggregatedReportDocument, { input: { imei, ...window } });
    expect(answer.errors).toEqual([]);
    return answer.data?.requestAggregatedReport?.txid ?? '';
  };
  const find = async (txid: string) => {
    const answer = await world.query(AggregatedReportRequestDocument, { txid });
    expect(answer.errors).toEqual([]);
    return answer.data?.aggregatedReportRequest ?? null;
  };

  test('is accepted, fills, and is complete once every device has come', async () => {
    const imei = [...world.devices('meter', 3), ...world.devices('inactive', 1)];
    const txid = await request(imei);
    await until(async () => (await find(txid))?.status === 'COMPLETED');
    const report = await find(txid);
    expect(report).toMatchObject({
      expectedDevices: 4,
      receivedDevices: 3,
      failedDevices: 1,
      progress: 1,
      totals: { devices: 3 },
      usage: { totalCount: 3, pageInfo: { hasNextPage: false } },
      errors: { totalCount: 1, nodes: [{ imei: imei[3] }] },
      missing: { totalCount: 0, nodes: [] },
    });
    expect(report?.usage.nodes.map((node) => node.imei).sort()).toEqual(imei.slice(0, 3).sort());
    expect(await world.admin.calls(PATHS.async)).toHaveLength(1);
  });
});
