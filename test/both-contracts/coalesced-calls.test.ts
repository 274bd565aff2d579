import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { eventually } from '../support/eventually.ts';
import { askImpatiently, type ImpatientClient } from '../support/fakes/impatient-client.ts';
import { answerWith, startRecordingPlatform, type RecordingPlatform } from '../support/fakes/recording-platform.ts';
import { startWorld, type Answer, type World } from '../support/world/world.ts';

const MARKER = 'marker: device(imei: "990000000000000") { sessionsReport(durationLow: $marker) { txid } }';
const SESSIONS = {
  query: `query ($marker: Int!, $start: ReportDate) {
    ${MARKER}
    report: sessionsReport(input: { imei: "709312034493372", startDate: $start }) { txid }
  }`,
  path: PATHS.sessions,
};
const ACCOUNT_WIDE = {
  query: `query ($marker: Int!, $start: ReportDate) {
    ${MARKER}
    report: aggregatedReport(input: { imei: [], allDevices: true, startDate: $start }) { txid }
  }`,
  path: PATHS.aggregate,
};

describe.each([
  ['sessions reports', SESSIONS],
  ['reports of a whole account', ACCOUNT_WIDE],
])('%s requested by several operations at once', (_, { query, path }) => {
  let platform: RecordingPlatform;
  let world: World;
  let held: ((txid: string) => void)[];
  let markers: number;

  beforeEach(async () => {
    held = [];
    markers = 0;
    platform = await startRecordingPlatform();
    for (const each of [PATHS.sessions, PATHS.aggregate]) {
      platform.onRequest(each, (response, request) => {
        if (!request.body.toString().includes('"durationLow"')) {
          held.push((txid) => answerWith({ id: '1', txid })(response, request));
          return;
        }
        markers += 1;
        answerWith({ id: '1', txid: 'a-marker' })(response, request);
      });
    }
    world = await startWorld({ config: { baseUrl: platform.url, concurrency: 50, retries: 0 } });
  });
  afterEach(async () => {
    await world.close();
    await platform.close();
  });

  /** Sends the operation, and waits until it runs. */
  const arrive = async (start: string | null = null, init: RequestInit = {}): Promise<{ answer: Promise<Answer> }> => {
    const marker = markers;
    const answer = world.query(query, { marker, start }, init);
    await eventually(() => markers).toBe(marker + 1);
    return { answer };
  };
  const arriveImpatiently = async (): Promise<ImpatientClient> => {
    const marker = markers;
    const operation = askImpatiently(world.url, parse(query), { marker, start: null });
    await eventually(() => markers).toBe(marker + 1);
    return operation;
  };
  const reports = () => platform.requestsTo(path).filter(({ body }) => !body.toString().includes('"durationLow"'));
  const untilBegun = (calls: number): Promise<void> => eventually(() => held.length).toBe(calls);
  const brokenOff = (): boolean[] => reports().map((request) => request.isBrokenOff());

  test('are one call, whose response all of them get and each reports as shared', async () => {
    const asking = [await arrive(), await arrive(), await arrive()];
    await untilBegun(1);
    held[0]?.('the-txid');
    for (const { answer } of asking) {
      const { data, extensions } = await answer;
      expect(data?.['report']).toEqual({ txid: 'the-txid' });
      expect(extensions['upstream']).toMatchObject({ calls: 2, shared: 1, cached: 0 });
    }
    expect(reports()).toHaveLength(1);
  });

  test('are one call for each different query', async () => {
    const asking = [await arrive('2026-11-01'), await arrive('2026-11-02'), await arrive('2026-11-01')];
    await untilBegun(2);
    held.forEach((respond, at) => respond(`txid-${at}`));
    const txids = await Promise.all(asking.map(async ({ answer }) => (await answer).data?.['report']));
    expect(reports()).toHaveLength(2);
    expect(txids[0]).not.toEqual(txids[1]);
    expect(txids[0]).toEqual(txids[2]);
  });

  test('continue if one operation is cancelled, and are cancelled with the last one', async () => {
    const operations = [await arriveImpatiently(), await arriveImpatiently()];
    operations[0]?.abort();
    const last = await arriveImpatiently();
    await untilBegun(1);
    expect(brokenOff()).toEqual([false]);
    operations[1]?.abort();
    last.abort();
    await eventually(brokenOff).toEqual([true]);
    const { answer } = await arrive();
    await untilBegun(2);
    held[1]?.('another-txid');
    expect((await answer).data?.['report']).toEqual({ txid: 'another-txid' });
  });

  test('fail alike for all, and are fetched again by the next operation', async () => {
    const asking = [await arrive(), await arrive()];
    await untilBegun(1);
    platform.dropConnections();
    for (const { answer } of asking) {
      const { data, errors } = await answer;
      expect([data?.['report'] ?? null, errors.length]).toEqual([null, 1]);
    }
    const { answer } = await arrive();
    await untilBegun(2);
    held[1]?.('another-txid');
    expect((await answer).data?.['report']).toEqual({ txid: 'another-txid' });
  });

  test('need another call for an operation with no-cache, because the call in flight began before it', async () => {
    const earlier = await arrive();
    await untilBegun(1);
    const fresh = await arrive(null, { headers: { 'Cache-Control': 'no-cache' } });
    await untilBegun(2);
    const later = await arrive();
    held.forEach((respond, at) => respond(`txid-${at}`));
    const txids = await Promise.all([earlier, fresh, later].map(async ({ answer }) => (await answer).data?.['report']));
    expect(txids).toEqual([{ txid: 'txid-0' }, { txid: 'txid-1' }, { txid: 'txid-1' }]);
    expect(reports()).toHaveLength(2);
  });
});
