import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import {
  ACCOUNT,
  codesOf,
  imeisOf,
  startAsyncWorld,
  usageOf,
  WINDOW,
  type AsyncWorld,
} from '../support/world/async-world.ts';
import { subscribe } from '../support/event-stream.ts';
import { AggregatedReportRequestsDocument, RequestAggregatedReportDocument } from '../support/graphql/graphql.ts';

const HOUR_MS = 3_600_000;
const RETRY = 'mutation ($txid: ID!) { retryMissingDevices(txid: $txid) { txid expectedDevices } }';

type Report = NonNullable<Awaited<ReturnType<AsyncWorld['find']>>>;

describe('an asynchronous report', () => {
  let at: AsyncWorld;

  beforeEach(async () => {
    at = await startAsyncWorld();
  });
  afterEach(() => at.close());

  const upstreamCalls = (): number => at.platform.requests.length;

  test('is QUEUED, then RECEIVING, then COMPLETED once every device has reported', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b, a]);
    expect(await at.find(txid)).toMatchObject({
      status: 'QUEUED',
      expectedDevices: 2,
      progress: 0,
      completedAt: null,
      download: null,
      missing: { totalCount: 2, nodes: [{ imei: a }, { imei: b }] },
    });
    at.world.clock.advance(60_000);
    await at.post(usageOf(txid, b, 5));
    expect(await at.find(txid)).toMatchObject({
      status: 'RECEIVING',
      progress: 0.5,
      missing: { nodes: [{ imei: a }] },
    });
    at.world.clock.advance(60_000);
    await at.post({ txid, errors: [{ imei: a, errorMessage: 'gone' }] });
    expect(await at.find(txid)).toMatchObject({
      status: 'COMPLETED',
      updatedAt: '2026-11-20T12:02:00.000Z',
      completedAt: '2026-11-20T12:02:00.000Z',
      receivedDevices: 1,
      failedDevices: 1,
      progress: 1,
      totals: { devices: 1, bytesTransferred: 5, bytesPercentiles: [5, 5, 5] },
      missing: { totalCount: 0, nodes: [] },
    });
  });

  test('expires if devices are missing, returns what has arrived, and still accepts late messages', async () => {
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    await at.post(usageOf(txid, a));
    at.world.clock.advance(24 * HOUR_MS);
    expect(await at.find(txid)).toMatchObject({
      status: 'EXPIRED',
      receivedDevices: 1,
      missing: { nodes: [{ imei: b }] },
    });
    expect((await at.post(usageOf(txid, b))).status).toBe(200);
    expect(await at.find(txid)).toMatchObject({ status: 'COMPLETED', receivedDevices: 2 });
  });

  test('is COMPLETED after the quiet time and cannot be retried, for a whole account', async () => {
    const txid = await at.request([], { allDevices: true });
    expect(await at.find(txid)).toMatchObject({ expectedDevices: null, progress: null, status: 'QUEUED' });
    await at.post(usageOf(txid, imeisOf(1)[0] ?? ''));
    at.world.clock.advance(14 * 60_000);
    await at.post(usageOf(txid, imeisOf(1, 1)[0] ?? ''));
    at.world.clock.advance(14 * 60_000);
    expect(await at.find(txid)).toMatchObject({ status: 'RECEIVING', receivedDevices: 2 });
    at.world.clock.advance(60_000);
    expect(await at.find(txid)).toMatchObject({ status: 'COMPLETED', missing: { totalCount: 0 } });
    expect((await at.world.query(RETRY, { txid })).errors[0]).toMatchObject({
      message: expect.stringContaining('whole account') as string,
      extensions: { code: 'BAD_USER_INPUT', argumentPath: ['txid'] },
    });
  });

  test('can be requested again for its missing devices only, with the same dates and filters', async () => {
    const [a = '', b = '', c = ''] = imeisOf(3);
    const txid = await at.request([a, b, c], { deviceGroup: 'pumps', portalInitiated: true });
    await at.post(usageOf(txid, b));
    const again = await at.world.query(RETRY, { txid });
    expect(again.data).toEqual({ retryMissingDevices: { txid: 'txid-2', expectedDevices: 2 } });
    const [, second] = at.platform.requestsTo(PATHS.async);
    const asked = { accountNumber: ACCOUNT, imei: [a, c], ...WINDOW, deviceGroup: 'pumps' };
    expect(JSON.parse(second?.body.toString() ?? '')).toEqual(asked);
    expect(second?.headers['x-portal-initiated']?.toString()).toBe('true');
    await at.post([usageOf(txid, a), usageOf(txid, c)]);
    expect(codesOf(await at.world.query(RETRY, { txid }))).toEqual(['BAD_USER_INPUT']);
    const nobody = await at.world.query(RETRY, { txid: 'nobody' });
    expect([nobody.data, ...codesOf(nobody)]).toEqual([{ retryMissingDevices: null }, 'NOT_FOUND']);
  });

  test('cannot be requested again once its window begins before the data of the platform, and the error names its txid', async () => {
    at.world.clock.advance(-12 * HOUR_MS);
    const txid = await at.request(imeisOf(2), { startDate: '2026-05-24', endDate: '2026-06-30' });
    at.world.clock.advance(HOUR_MS);
    const { data, errors } = await at.world.query(RETRY, { txid });
    expect(data).toEqual({ retryMissingDevices: null });
    expect(errors[0]).toMatchObject({
      message:
        'txid: The report with this txid can no longer be requested as it was. The start 2026-05-24 is more than 180 days ago, and the ' +
        'platform has no older data. The earliest day is 2026-05-25: send it or a later one. Use requestAggregatedReport for that.',
      extensions: { code: 'BAD_USER_INPUT', argumentPath: ['txid'] },
    });
    expect(at.platform.requestsTo(PATHS.async)).toHaveLength(1);
  });

  test('is listed with the others, newest first, in pages, and filtered by status', async () => {
    const txids: string[] = [];
    for (const imei of imeisOf(5)) {
      txids.unshift(await at.request([imei]));
      at.world.clock.advance(1_000);
    }
    await at.post(usageOf(txids[4] ?? '', imeisOf(1)[0] ?? ''));
    const list = async (variables: Record<string, unknown>) =>
      (await at.world.query(AggregatedReportRequestsDocument, variables)).data?.aggregatedReportRequests;
    const first = await list({ first: 3 });
    expect(first?.nodes.map((node) => node.txid)).toEqual(txids.slice(0, 3));
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
    const second = await list({ first: 3, after: first?.pageInfo.endCursor });
    expect(second?.nodes.map((node) => node.txid)).toEqual(txids.slice(3));
    expect(second?.pageInfo.hasNextPage).toBe(false);
    expect(await list({ status: 'COMPLETED' })).toMatchObject({ totalCount: 1, nodes: [{ txid: txids[4] }] });
    expect(await list({ status: 'EXPIRED' })).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test('returns its usage in pages that stay stable while more arrives, in every order', async () => {
    const imeis = imeisOf(30);
    const txid = await at.request(imeis);
    const post = (from: number, to: number): Promise<unknown> =>
      at.post(imeis.slice(from, to).map((imei, at) => usageOf(txid, imei, (from + at) * 7, 30 - from - at)));
    await post(0, 20);
    const seen: string[] = [];
    let after: string | null | undefined = null;
    do {
      const page: Report['usage'] | undefined = (await at.find(txid, { first: 7, after }))?.usage;
      seen.push(...(page?.nodes.map((node) => node.imei) ?? []));
      after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
      if (seen.length === 7) await post(20, 30);
    } while (after !== null && after !== undefined);
    const ofFirstTwenty = seen.filter((imei) => imeis.indexOf(imei) < 20);
    expect([...new Set(seen)]).toEqual(seen);
    expect(ofFirstTwenty).toEqual(imeis.slice(0, 20).reverse());
    const orders =
      'query ($txid: ID!, $by: UsageOrder) { aggregatedReportRequest(txid: $txid) { usage(first: 2, orderBy: $by) { edges { cursor node { imei device { accountNumber } } } pageInfo { hasPreviousPage startCursor } } } }';
    for (const [by, expected] of [
      ['BYTES_ASC', imeis.slice(0, 2)],
      ['BYTES_DESC', imeis.slice(-2).reverse()],
      ['SESSIONS_ASC', imeis.slice(-2).reverse()],
      ['SESSIONS_DESC', imeis.slice(0, 2)],
      ['IMEI', imeis.slice(0, 2)],
    ] as const) {
      const { data } = await at.world.query(orders, { txid, by });
      const edges = expected.map((imei) => ({ node: { imei, device: { accountNumber: ACCOUNT } } }));
      expect(data).toMatchObject({
        aggregatedReportRequest: { usage: { edges, pageInfo: { hasPreviousPage: false } } },
      });
    }
  });

  test.each([
    ['too many devices', { imei: imeisOf(10_001) }, ['input', 'imei']],
    ['no devices', { imei: [] }, ['input', 'imei']],
    ['both devices and allDevices', { imei: imeisOf(1), allDevices: true }, ['input', 'allDevices']],
    ['an invalid IMEI', { imei: ['1'] }, ['input', 'imei', 0]],
    ['an invalid date', { imei: imeisOf(1), startDate: 'soon' }, ['input', 'startDate']],
    [
      'a window that is too long',
      { imei: imeisOf(1), startDate: '2026-05-25', endDate: '2026-11-21' },
      ['input', 'endDate'],
    ],
    ['an invalid account number', { imei: imeisOf(1), accountNumber: 'a b' }, ['input', 'accountNumber']],
    ['an empty idempotency key', { imei: imeisOf(1), idempotencyKey: ' ' }, ['input', 'idempotencyKey']],
    [
      'an idempotency key that is too long',
      { imei: imeisOf(1), idempotencyKey: 'k'.repeat(256) },
      ['input', 'idempotencyKey'],
    ],
  ])('rejects %s without an upstream call', async (_, input, argumentPath) => {
    const answer = await at.world.query(RequestAggregatedReportDocument, { input });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
    expect(answer.data).toEqual({ requestAggregatedReport: null });
    expect(upstreamCalls()).toBe(0);
  });

  test.each([
    ['usage(first: 0) { totalCount }', ['usage', 'first']],
    ['usage(first: 1001) { totalCount }', ['usage', 'first']],
    ['errors(first: -1) { totalCount }', ['errors', 'first']],
    ['errors(after: "junk") { totalCount }', ['errors', 'after']],
    ['missing(first: 5000) { totalCount }', ['missing', 'first']],
    ['totals { bytesPercentiles(p: [101]) }', ['totals', 'bytesPercentiles', 'p', 0]],
  ])('rejects %s, below a mutation before it starts a report', async (field, argumentPath) => {
    const txid = await at.request(imeisOf(1));
    const calls = upstreamCalls();
    const fault = [{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }];
    const read = `{ aggregatedReportRequest(txid: "${txid}") { ${field} } }`;
    expect((await at.world.query(read)).errors).toMatchObject(fault);
    const start = `mutation { requestAggregatedReport(input: { imei: ["${imeisOf(1)[0] ?? ''}"] }) { ${field} } }`;
    expect((await at.world.query(start)).errors).toMatchObject(fault);
    expect(upstreamCalls()).toBe(calls);
  });

  test.each([
    ['aggregatedReportRequests(first: 0) { totalCount }', ['first']],
    ['aggregatedReportRequests(first: 1001) { totalCount }', ['first']],
    ['aggregatedReportRequests(after: "junk") { totalCount }', ['after']],
    ['aggregatedReportRequests(accountNumber: "?") { totalCount }', ['accountNumber']],
    ['aggregatedReportRequest(txid: "txid-1") { usage(after: "junk") { totalCount } }', ['usage', 'after']],
    ['aggregatedReportRequest(txid: "txid-1") { errors(after: "WzFd") { totalCount } }', ['errors', 'after']],
    ['aggregatedReportRequest(txid: "txid-1") { missing(after: "") { totalCount } }', ['missing', 'after']],
    // A valid cursor, but of another list: that of reports.
    [
      'aggregatedReportRequest(txid: "txid-1") { usage(after: "WyJyZXF1ZXN0cyIsWzEsImEiXV0") { totalCount } }',
      ['after'],
    ],
  ])('rejects { %s }', async (field, argumentPath) => {
    await at.request(imeisOf(1));
    const answer = await at.world.query(`{ ${field} }`);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }]);
  });

  test('that is unknown fails in the same words in a query, a retry and a subscription', async () => {
    const query = await at.world.query('{ aggregatedReportRequest(txid: "nobody") { status } }');
    const retry = await at.world.query(RETRY, { txid: 'nobody' });
    const [event] = await (
      await subscribe<Pick<typeof query, 'errors'>>(
        at.world.url,
        'subscription { aggregatedReportProgress(txid: "nobody") { status } }',
        {},
      )
    ).all();
    const said = [query, retry, event].map((answer) => answer?.errors[0]);
    expect(new Set(said.map((error) => error?.message)).size).toBe(1);
    expect(said.map((error) => error?.extensions)).toEqual(Array(3).fill({ code: 'NOT_FOUND' }));
    expect(query.data).toEqual({ aggregatedReportRequest: null });
  });

  test('is not found with an unknown txid, or from another account', async () => {
    const txid = await at.request(imeisOf(1));
    expect(await at.find('no-such-txid')).toBe(null);
    expect(await at.find('\u0000')).toBe(null);
    const other = '{ aggregatedReportRequest(txid: "txid-1", accountNumber: "0742644905-00001") { txid } }';
    expect((await at.world.query(other)).data).toEqual({ aggregatedReportRequest: null });
    const list = '{ aggregatedReportRequests(accountNumber: "0742644905-00001") { totalCount } }';
    expect((await at.world.query(list)).data).toEqual({ aggregatedReportRequests: { totalCount: 0 } });
    const neighbour = await startAsyncWorld({
      platformOf: at,
      config: {
        dataDir: at.world.dataDir,
        accountNumber: '0742644905-00001' as typeof ACCOUNT & { brand: 'AccountNumber' },
      },
    });
    expect(await neighbour.find(txid)).toBe(null);
    expect((await neighbour.world.query(RETRY, { txid })).data).toEqual({ retryMissingDevices: null });
    await neighbour.close();
  });

  test('is a federation entity with its txid as key', async () => {
    const txid = await at.request(imeisOf(1));
    const answer = await at.world.query(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AggregatedReportRequest { txid status } } }',
      { r: [txid, 'nobody', txid].map((each) => ({ __typename: 'AggregatedReportRequest', txid: each })) },
    );
    const entity = { txid, status: 'QUEUED' };
    expect(answer.data).toEqual({ _entities: [entity, null, entity] });
  });
});
