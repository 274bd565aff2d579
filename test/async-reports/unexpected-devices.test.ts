import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import { imeisOf, startAsyncWorld, usageOf, type AsyncWorld } from '../support/world/async-world.ts';

const [A = '', B = '', C = '', D = '', E = ''] = imeisOf(5);

const QUERY = `query ($txid: ID!, $first: Int, $after: String) {
  aggregatedReportRequest(txid: $txid) {
    status receivedDevices failedDevices progress
    totals { devices bytesTransferred }
    usage { totalCount nodes { imei } }
    errors { totalCount nodes { imei } }
    missing { totalCount nodes { imei } }
    unexpectedDevices(first: $first, after: $after) {
      totalCount nodes { imei bytesTransferred } pageInfo { hasNextPage endCursor }
    }
    download(format: JSONL)
  }
}`;

interface Report {
  readonly download: string | null;
  readonly unexpectedDevices: { readonly pageInfo: { readonly endCursor: string } };
}

describe.each(['SQLite', 'PostgreSQL'] as const)('devices nobody asked for, on %s', (kind) => {
  let at: AsyncWorld;
  beforeEach(async () => {
    at = await startAsyncWorld({ config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null } });
  });
  afterEach(() => at.close());

  const find = async (txid: string, page: Record<string, unknown> = {}): Promise<Report> => {
    const { data, errors } = await at.world.query(QUERY, { txid, ...page });
    expect(errors).toEqual([]);
    return data?.['aggregatedReportRequest'] as Report;
  };
  const downloaded = async ({ download }: Report): Promise<string[]> => {
    const lines = (await (await fetch(download ?? '')).text()).trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { readonly imei: string }).imei);
  };

  test.each(['before', 'after'] as const)(
    'are a connection of their own, and count nowhere else, if they arrive %s the acceptance',
    async (when) => {
      const messages = [
        usageOf('txid-1', C, 5),
        usageOf('txid-1', A, 7),
        usageOf('txid-1', D, 9),
        usageOf('txid-1', C, 6),
        { txid: 'txid-1', errors: [{ imei: E, errorMessage: 'gone' }] },
      ];
      if (when === 'after') expect(await at.request([A, B])).toBe('txid-1');
      for (const message of messages) expect((await at.post(message)).status).toBe(200);
      if (when === 'before') expect(await at.request([A, B])).toBe('txid-1');
      const report = await find('txid-1');
      expect(report).toMatchObject({
        status: 'RECEIVING',
        receivedDevices: 1,
        failedDevices: 0,
        progress: 0.5,
        totals: { devices: 1, bytesTransferred: 7 },
        usage: { totalCount: 1, nodes: [{ imei: A }] },
        errors: { totalCount: 1, nodes: [{ imei: E }] },
        missing: { totalCount: 1, nodes: [{ imei: B }] },
        unexpectedDevices: {
          totalCount: 2,
          nodes: [
            { imei: C, bytesTransferred: 6 },
            { imei: D, bytesTransferred: 9 },
          ],
        },
      });
      expect(await downloaded(report)).toEqual([A]);
      const first = await find('txid-1', { first: 1 });
      expect(first).toMatchObject({ unexpectedDevices: { nodes: [{ imei: C }], pageInfo: { hasNextPage: true } } });
      const { endCursor } = first.unexpectedDevices.pageInfo;
      expect(await find('txid-1', { first: 1, after: endCursor })).toMatchObject({
        unexpectedDevices: { nodes: [{ imei: D }], pageInfo: { hasNextPage: false } },
      });
      await at.post(usageOf('txid-1', B, 1));
      await at.post(usageOf('txid-1', E, 1));
      expect(await find('txid-1')).toMatchObject({
        status: 'COMPLETED',
        progress: 1,
        errors: { totalCount: 0, nodes: [] },
        unexpectedDevices: { totalCount: 3 },
      });
    },
  );

  test('do not exist for a whole account', async () => {
    const txid = await at.request([], { allDevices: true });
    await at.post(usageOf(txid, A));
    expect(await find(txid)).toMatchObject({ receivedDevices: 1, unexpectedDevices: { totalCount: 0, nodes: [] } });
  });

  test.each(['before', 'after'] as const)(
    'alone are no results, neither their usage nor their errors, if they arrive %s the acceptance',
    async (when) => {
      const messages = [usageOf('txid-1', B), { txid: 'txid-1', errors: [{ imei: C, errorMessage: 'gone' }] }];
      if (when === 'after') expect(await at.request([A])).toBe('txid-1');
      for (const message of messages) expect((await at.post(message)).status).toBe(200);
      if (when === 'before') expect(await at.request([A])).toBe('txid-1');
      expect(await find('txid-1')).toMatchObject({
        status: 'QUEUED',
        progress: 0,
        failedDevices: 0,
        download: null,
        errors: { nodes: [{ imei: C }] },
        unexpectedDevices: { nodes: [{ imei: B }] },
      });
      // Usage of the device replaces its error.
      await at.post(usageOf('txid-1', C));
      expect(await find('txid-1')).toMatchObject({
        status: 'QUEUED',
        errors: { nodes: [] },
        unexpectedDevices: { totalCount: 2 },
      });
      await at.post({ txid: 'txid-1', errors: [{ errorMessage: 'Some device is gone.' }] });
      expect(await find('txid-1')).toMatchObject({ status: 'RECEIVING', errors: { nodes: [{ imei: null }] } });
    },
  );
});

describe.each(['SQLite', 'PostgreSQL'] as const)('a filtered report with named devices, on %s', (kind) => {
  let at: AsyncWorld;
  beforeEach(async () => {
    at = await startAsyncWorld({ config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null } });
  });
  afterEach(() => at.close());

  test.each([{ deviceGroup: 'g' }, { deviceLabel: 'l' }, { dataPlan: 'p' }, { noSessionFlag: true }])(
    'completes by quiet time, has no progress, and its retry repeats the filter: %j',
    async (filter) => {
      const txid = await at.request([A, B], filter);
      expect(await at.find(txid)).toMatchObject({ status: 'QUEUED', progress: null });
      at.world.clock.advance(60 * 60_000);
      expect(await at.find(txid)).toMatchObject({ status: 'QUEUED' });
      await at.post(usageOf(txid, A));
      expect(await at.find(txid)).toMatchObject({ status: 'RECEIVING', progress: null, missing: { totalCount: 1 } });
      at.world.clock.advance(14 * 60_000);
      expect(await at.find(txid)).toMatchObject({ status: 'RECEIVING' });
      at.world.clock.advance(60_000);
      expect(await at.find(txid)).toMatchObject({ status: 'COMPLETED', missing: { nodes: [{ imei: B }] } });
      await at.world.query('mutation ($txid: ID!) { retryMissingDevices(txid: $txid) { txid progress } }', { txid });
      const [, again] = at.platform.requestsTo('/hyper-precise/v1/report/async/aggregate');
      const wire = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
      expect(JSON.parse(String(again?.body))).toMatchObject({ imei: [B], ...wire });
    },
  );

  test('does not begin its quiet time when an error of a device arrives that nobody requested', async () => {
    const txid = await at.request([A], { dataPlan: 'p' });
    await at.post({ txid, errors: [{ imei: B, errorMessage: 'gone' }] });
    at.world.clock.advance(60 * 60_000);
    expect(await at.find(txid)).toMatchObject({ status: 'QUEUED', completedAt: null });
    await at.post(usageOf(txid, A));
    expect(await at.find(txid)).toMatchObject({ status: 'COMPLETED' });
  });

  test('completes at once when every device has arrived, and expires only if nothing does', async () => {
    const [whole, silent] = [await at.request([A], { dataPlan: 'p' }), await at.request([A, B], { dataPlan: 'p' })];
    await at.post(usageOf(whole, A));
    expect(await at.find(whole)).toMatchObject({ status: 'COMPLETED', progress: null });
    at.world.clock.advance(24 * 60 * 60_000);
    expect(await at.find(silent)).toMatchObject({ status: 'EXPIRED' });
    const { data } = await at.world.query('{ aggregatedReportRequests(status: EXPIRED) { nodes { txid } } }');
    expect(data).toEqual({ aggregatedReportRequests: { nodes: [{ txid: silent }] } });
  });
});
