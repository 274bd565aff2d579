import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { subscribe } from '../support/event-stream.ts';
import { PATHS } from '../support/world/admin.ts';
import type { Answer } from '../support/world/world.ts';
import { codesOf, imeisOf, startAsyncWorld, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import {
  devicesOfRequests,
  readFleet,
  requestFleet,
  uploadList,
  type ShownFleet,
} from '../support/world/fleet-world.ts';

const REQUEST = 'mutation ($input: RequestFleetReportInput!) { requestFleetReport(input: $input) { id status } }';
const PAGE = `query ($id: ID!, $after: String, $orderBy: UsageOrder) {
  fleetReport(id: $id) {
    usage(first: 1000, after: $after, orderBy: $orderBy) { nodes { imei bytesTransferred } pageInfo { hasNextPage endCursor } totalCount }
  }
}`;

interface UsagePage {
  readonly nodes: { readonly imei: string; readonly bytesTransferred: number }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** Bytes that are the same for several devices, so that orders have ties. */
const bytesOf = (imei: string): number => Number(imei) % 997;

describe('a fleet report', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld({ config: { fleetRepeatAfterMs: 900_000, maxStoreReads: 5_000 } });
  });
  afterEach(() => at.close());

  /** Lets the clock pass until the report is as expected. */
  const until = async (id: string, isMet: (fleet: ShownFleet) => boolean, stepMs = 200): Promise<ShownFleet> => {
    let fleet = await readFleet(at.world, id);
    await expect
      .poll(
        async () => {
          at.world.clock.advance(stepMs);
          fleet = await readFleet(at.world, id);
          return isMet(fleet);
        },
        { timeout: 20_000, interval: 20 },
      )
      .toBe(true);
    return fleet;
  };
  const isSent = ({ parts, partCount }: ShownFleet): boolean => parts.length === partCount;
  const postUsage = async (txid: string, imeis: readonly string[]): Promise<void> => {
    for (let from = 0; from < imeis.length; from += 2_500) {
      const usage = imeis
        .slice(from, from + 2_500)
        .map((imei) => ({ imei, numberOfSessions: 1, bytesTransferred: bytesOf(imei) }));
      expect((await at.post({ txid, usage })).status).toBe(200);
    }
  };
  const readAll = async (id: string, orderBy: string | null): Promise<UsagePage['nodes']> => {
    const nodes: UsagePage['nodes'] = [];
    for (let after: string | null = null; ;) {
      const answer: Answer = await at.world.query(PAGE, { id, after, orderBy });
      expect(answer.errors).toEqual([]);
      const { usage }: { usage: UsagePage } = (answer.data as { fleetReport: { usage: UsagePage } }).fleetReport;
      nodes.push(...usage.nodes);
      if (!usage.pageInfo.hasNextPage) return nodes;
      after = usage.pageInfo.endCursor;
    }
  };

  test('is requested in parts of 10,000 devices, each device once, and read as one', { timeout: 60_000 }, async () => {
    const imeis = imeisOf(20_003);
    const list = await uploadList(at.world, [...imeis].reverse().concat(imeis.slice(0, 5)));
    const queued = await requestFleet(at.world, list);
    expect(queued).toMatchObject({
      requestedDevices: 20_003,
      partCount: 3,
      progress: 0,
      missing: { totalCount: 20_003 },
    });
    const sent = await until(queued.id, isSent);
    expect(sent).toMatchObject({ status: 'RECEIVING', repeats: [], rejections: [] });
    const requests = devicesOfRequests(at);
    expect(requests.map(({ length }) => length)).toEqual([10_000, 10_000, 3]);
    expect(requests.flat()).toEqual(imeis);

    const failed = imeis[0] ?? '';
    for (const [part, { txid }] of sent.parts.entries())
      await postUsage(txid, (requests[part] ?? []).slice(part === 0 ? 1 : 0));
    expect(await until(queued.id, ({ receivedDevices }) => receivedDevices === 20_002)).toMatchObject({
      status: 'RECEIVING',
    });
    await at.post({ txid: sent.parts[0]?.txid, errors: [{ imei: failed, errorMessage: 'not found' }] });
    const whole = await until(queued.id, ({ status }) => status === 'COMPLETED');
    expect(whole).toMatchObject({ receivedDevices: 20_002, failedDevices: 1, progress: 1, missing: { totalCount: 0 } });

    const received = imeis.slice(1);
    for (const orderBy of [null, 'IMEI'])
      expect((await readAll(queued.id, orderBy)).map(({ imei }) => imei)).toEqual(received);
    const byBytes = received.toSorted((one, other) => bytesOf(other) - bytesOf(one) || (one < other ? -1 : 1));
    expect((await readAll(queued.id, 'BYTES_DESC')).map(({ imei }) => imei)).toEqual(byBytes);
    const sorted = received.map(bytesOf).sort((one, other) => one - other);
    const { data } = await at.world.query(
      'query ($id: ID!) { fleetReport(id: $id) { totals { devices bytesTransferred bytesPercentiles(p: [50, 100]) } errors { nodes { imei } totalCount } download(format: JSONL) } }',
      { id: queued.id },
    );
    const { download, ...figures } = (data as { fleetReport: { download: string } }).fleetReport;
    expect(figures).toEqual({
      totals: {
        devices: 20_002,
        bytesTransferred: sorted.reduce((sum, bytes) => sum + bytes, 0),
        bytesPercentiles: [sorted[10_000], sorted.at(-1)],
      },
      errors: { nodes: [{ imei: failed }], totalCount: 1 },
    });
    const rows = (await (await fetch(download)).text()).trimEnd().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { imei: string }).imei)).toEqual(imeis);
  });

  test(
    'keeps the pace that was asked for, and stops what was not sent when it is cancelled',
    { timeout: 60_000 },
    async () => {
      const { id } = await requestFleet(at.world, await uploadList(at.world, imeisOf(30_000)), { partsPerMinute: 1 });
      const first = await until(id, ({ parts }) => parts.length === 1, 0);
      expect(first).toMatchObject({ status: 'SUBMITTING' });
      at.world.clock.advance(50_000);
      expect((await readFleet(at.world, id)).parts).toHaveLength(1);
      await until(id, ({ parts }) => parts.length === 2, 2_000);
      const cancel =
        'mutation ($id: ID!) { cancelFleetReport(id: $id) { status cancelledAt parts { txid } missing(first: 1, after: null) { totalCount } } }';
      const { data } = await at.world.query(cancel, { id });
      expect(data).toMatchObject({ cancelFleetReport: { status: 'CANCELLED', missing: { totalCount: 30_000 } } });
      for (let minutes = 0; minutes < 3; minutes += 1) at.world.clock.advance(61_000);
      const txid = (await readFleet(at.world, id)).parts[1]?.txid ?? '';
      await postUsage(txid, imeisOf(5, 10_000));
      const cancelled = await until(id, ({ receivedDevices }) => receivedDevices === 5);
      expect(cancelled).toMatchObject({ status: 'CANCELLED', parts: [{}, {}] });
      expect(devicesOfRequests(at)).toHaveLength(2);
      const missing = await at.world.query(
        'query ($id: ID!) { fleetReport(id: $id) { missing(first: 3) { nodes { imei } } } }',
        { id },
      );
      expect(missing.data).toEqual({ fleetReport: { missing: { nodes: imeisOf(3).map((imei) => ({ imei })) } } });
    },
  );

  test('is the same for one idempotency key, and starts nothing twice', { timeout: 60_000 }, async () => {
    const list = await uploadList(at.world, imeisOf(3));
    const input = { deviceListId: list, ...WINDOW, idempotencyKey: 'a-key' };
    const answers = await Promise.all([1, 2, 3].map(() => at.world.query(REQUEST, { input })));
    const ids = answers.map(({ data }) => (data as { requestFleetReport: { id: string } }).requestFleetReport.id);
    expect(new Set(ids).size).toBe(1);
    await until(ids[0] ?? '', isSent);
    expect(devicesOfRequests(at)).toEqual([imeisOf(3)]);
    expect(codesOf(await at.world.query(REQUEST, { input: { ...input, partsPerMinute: 7 } }))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
    expect(codesOf(await at.world.query(REQUEST, { input: { ...input, idempotencyKey: 'another' } }))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test(
    'requests missing devices once more after a quiet time, and has each device once whatever comes late',
    { timeout: 60_000 },
    async () => {
      const imeis = imeisOf(10_010);
      const { id } = await requestFleet(at.world, await uploadList(at.world, imeis));
      const { parts } = await until(id, isSent);
      const [first = '', second = ''] = parts.map(({ txid }) => txid);
      await postUsage(first, imeis.slice(0, 9_998));
      await postUsage(second, imeis.slice(10_000, 10_009));
      expect((await readFleet(at.world, id)).repeats).toEqual([]);
      await until(id, ({ repeats }) => repeats.length === 1, 60_000);
      const lost = [imeis[9_998] ?? '', imeis[9_999] ?? '', imeis[10_009] ?? ''];
      await expect.poll(() => devicesOfRequests(at).length, { timeout: 10_000 }).toBe(3);
      expect(devicesOfRequests(at).at(-1)).toEqual(lost);
      await postUsage('txid-3', lost);
      await postUsage(first, lost.slice(0, 1));
      const whole = await until(id, ({ status }) => status === 'COMPLETED', 1_000);
      expect(whole).toMatchObject({
        receivedDevices: 10_010,
        repeats: [{ reason: 'MISSING', devices: 3 }],
        missing: { totalCount: 0 },
      });
      expect((await readAll(id, 'IMEI')).map(({ imei }) => imei)).toEqual(imeis);
    },
  );

  test(
    'names a request without a usable response, and one that the platform rejects',
    { timeout: 60_000 },
    async () => {
      let requests = 0;
      at.platform.onRequest(PATHS.async, (response, request) => {
        requests += 1;
        if (requests === 1) answerWith({ status: 'QUEUED' })(response, request);
        else if (requests === 3)
          answerWith({ errorCode: 'INVALID_PARAMETER', errorMessage: 'no' }, 400)(response, request);
        else answerWith({ txid: `txid-${requests}`, status: 'QUEUED' })(response, request);
      });
      const imeis = imeisOf(10_001);
      const { id } = await requestFleet(at.world, await uploadList(at.world, imeis), { partsPerMinute: 60 });
      const fleet = await until(id, ({ parts, rejections }) => parts.length + rejections.length === 2, 1_100);
      expect(fleet).toMatchObject({
        repeats: [{ reason: 'UNCERTAIN' }],
        rejections: [{ code: 'UPSTREAM_BAD_REQUEST' }],
      });
      const accepted = devicesOfRequests(at).at(fleet.rejections[0]?.part === 1 ? -2 : 1) ?? [];
      await postUsage(fleet.parts[0]?.txid ?? '', fleet.rejections[0]?.part === 1 ? imeis.slice(10_000) : accepted);
      await until(id, ({ status }) => status === 'EXPIRED');
    },
  );

  test('is followed live until it is complete', { timeout: 60_000 }, async () => {
    const imeis = imeisOf(3);
    const { id } = await requestFleet(at.world, await uploadList(at.world, imeis));
    const events = await subscribe<{ data: { fleetReportProgress: { status: string; receivedDevices: number } } }>(
      at.world.url,
      'subscription ($id: ID!) { fleetReportProgress(id: $id) { status receivedDevices totals { bytesTransferred } } }',
      { id },
    );
    const { parts } = await until(id, isSent);
    await postUsage(parts[0]?.txid ?? '', imeis);
    const all = await events.all();
    expect(all.at(-1)?.data.fleetReportProgress).toMatchObject({
      status: 'COMPLETED',
      receivedDevices: 3,
      totals: { bytesTransferred: imeis.reduce((sum, imei) => sum + bytesOf(imei), 0) },
    });
  });

  test.each([
    ['input.partsPerMinute', { partsPerMinute: 0 }],
    ['input.endDate', { endDate: '2020-01-01' }],
    ['input.deviceListId', {}],
  ])('is rejected with a fault at %s before any call', async (name, input) => {
    const answer = await at.world.query(REQUEST, { input: { deviceListId: 'no-such-list', ...WINDOW, ...input } });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors[0]?.message).toContain(name.split('.')[1]);
    expect(at.platform.requestsTo(PATHS.async)).toEqual([]);
  });
});
