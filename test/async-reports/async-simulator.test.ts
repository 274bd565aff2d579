import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AggregatedReportRequestDocument, RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';
import { startWorld, type World } from '../support/world/world.ts';

const RETRY = 'mutation ($txid: ID!) { retryMissingDevices(txid: $txid) { txid expectedDevices } }';

describe('an asynchronous report whose messages the simulator posts', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ listens: true });
  });
  afterEach(() => world.close());

  const disturb = async (faults: Record<string, unknown>): Promise<void> => {
    const body = JSON.stringify({ delayMilliseconds: 0, ...faults });
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${world.simulator.adminUrl}/callbacks/faults`, { method: 'POST', body, headers });
  };
  const untilSettled = (): Promise<void> =>
    expect
      .poll(
        async () => {
          const response = await fetch(`${world.simulator.adminUrl}/callbacks`);
          return ((await response.json()) as { pending: number }).pending;
        },
        { timeout: 15_000 },
      )
      .toBe(0);
  const request = async (imei: string[]): Promise<string> => {
    const input = { imei, startDate: '2026-11-01', endDate: '2026-11-18' };
    const answer = await world.query(RequestAggregatedReportDocument, { input });
    expect(answer.errors).toEqual([]);
    expect(answer.extensions['warnings']).toBe(undefined);
    return answer.data?.requestAggregatedReport?.txid ?? '';
  };
  const find = async (txid: string) =>
    (await world.query(AggregatedReportRequestDocument, { txid })).data?.aggregatedReportRequest;
  const someDevices = (): string[] => [
    ...world.devices('meter', 20),
    ...world.devices('silent', 2),
    ...world.devices('inactive', 2),
  ];

  test.each([
    ['in order', { shuffle: false }],
    ['shuffled and each twice', { double: 1 }],
    ['with the first before the response to the request', { early: true }],
  ])('has the totals of the synchronous report if the messages arrive %s', async (_, faults) => {
    await disturb(faults);
    const imei = someDevices();
    const txid = await request(imei);
    await expect.poll(async () => (await find(txid))?.status, { timeout: 15_000 }).toBe('COMPLETED');
    const report = await find(txid);
    expect(report).toMatchObject({ receivedDevices: 22, failedDevices: 2, progress: 1, missing: { totalCount: 0 } });
    const { data } = await world.query(
      `query ($imei: [IMEI!]!) {
        aggregatedReport(input: { imei: $imei, startDate: "2026-11-01", endDate: "2026-11-18" }) {
          totals { devices silentDevices numberOfSessions bytesTransferred bytesPercentiles }
        }
      }`,
      { imei },
    );
    expect(data).toEqual({ aggregatedReport: { totals: report?.totals } });
  });

  test('lists the devices whose messages were lost, and a retry gets their usage', async () => {
    await disturb({ lose: 0.5 });
    const imei = world.devices('meter', 40);
    const txid = await request(imei);
    await untilSettled();
    const partial = await find(txid);
    expect(partial?.status).toBe('RECEIVING');
    const missing = partial?.missing.nodes.map((node) => node.imei) ?? [];
    expect(missing.length).toBeGreaterThan(0);
    expect(partial?.receivedDevices).toBe(40 - missing.length);

    await disturb({});
    const answer = await world.query(RETRY, { txid });
    const { retryMissingDevices: retried } = answer.data as {
      retryMissingDevices: { txid: string; expectedDevices: number };
    };
    expect(retried.expectedDevices).toBe(missing.length);
    await expect.poll(async () => (await find(retried.txid))?.status, { timeout: 15_000 }).toBe('COMPLETED');
    const second = await find(retried.txid);
    expect(second?.usage.nodes.map((node) => node.imei).sort()).toEqual([...missing].sort());
    expect((await find(txid))?.status).toBe('RECEIVING');
  });
});
