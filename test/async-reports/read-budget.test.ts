import path from 'node:path';
import SqliteFile from 'libsql';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SQLITE_FILE_NAME } from '../../src/async-reports/store/sqlite-file.ts';
import { subscribe } from '../support/event-stream.ts';
import { codesOf, imeisOf, startAsyncWorld, usageOf, WINDOW, type AsyncWorld } from '../support/world/async-world.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';
import type { Settings } from '../support/world/settings.ts';

const repeat = (count: number, toText: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => toText(at)).join(' ');
const REPORTS = 'aggregatedReportRequests';

/** What fields below `{ aggregatedReportRequests(first: 7) { nodes { … } } }` count, besides the list itself. */
const BELOW_SEVEN: readonly (readonly [string, string, number])[] = [
  ['fields of the report itself as nothing', 'txid status receivedDevices download', 0],
  ['a page of each report', 'usage { nodes { imei } }', 7],
  [
    'each kind of page',
    'usage { nodes { imei } } errors { nodes { imei } } missing { nodes { imei } } unexpectedDevices { nodes { imei } } totals { devices }',
    35,
  ],
  ['a page that is selected twice, once', 'a: usage { totalCount } b: usage { nodes { imei } }', 7],
  ['pages that start at the same row, once', 'a: usage(first: 3) { totalCount } b: usage(first: 5) { totalCount }', 7],
  ['pages in two orders', 'a: usage(orderBy: IMEI) { totalCount } b: usage { totalCount }', 14],
  ['a long page by its rows', 'usage(first: 1000) { totalCount }', 42],
  ['percentiles, however many', 'totals { a: bytesPercentiles(p: [1]) b: bytesPercentiles(p: [2]) }', 14],
];

const COSTS: readonly (readonly [string, string, number])[] = [
  ['devices and sessions as nothing', '{ devices(imei: ["709312034493372"]) { imei } _service { sdl } }', 0],
  [
    'totals of a synchronous report as nothing',
    '{ aggregatedReport(input: { imei: ["709312034493372"] }) { totals { bytesPercentiles } } }',
    0,
  ],
  ['one report', '{ aggregatedReportRequest(txid: "a") { status } }', 1],
  [
    'a report that is named twice, once',
    '{ a: aggregatedReportRequest(txid: "a") { status } b: aggregatedReportRequest(txid: "a") { txid } }',
    1,
  ],
  [
    'the totals of a report that is named twice, once',
    '{ a: aggregatedReportRequest(txid: "a") { totals { devices } } b: aggregatedReportRequest(txid: "a") { totals { devices } } }',
    2,
  ],
  ['a list', `{ ${REPORTS} { nodes { txid } } }`, 1],
  ['a long list by its rows', `{ ${REPORTS}(first: 1000) { nodes { txid } } }`, 6],
  [
    'a list that is named twice, once',
    `{ a: ${REPORTS} { nodes { usage { totalCount } } } b: ${REPORTS} { nodes { usage { totalCount } } } }`,
    21,
  ],
  [
    'entities',
    '{ _entities(representations: [{ __typename: "AggregatedReportRequest", txid: "a" }, { __typename: "AggregatedReportRequest", txid: "b" }]) { ... on AggregatedReportRequest { usage { totalCount } } } }',
    4,
  ],
  [
    'a new report',
    `mutation { requestAggregatedReport(input: { imei: ["709312034493372"], startDate: "${WINDOW.startDate}" }) { usage { totalCount } } }`,
    1,
  ],
  ...BELOW_SEVEN.map(
    ([name, fields, cost]) => [name, `{ ${REPORTS}(first: 7) { nodes { ${fields} } } }`, 1 + cost] as const,
  ),
];

/** Runs a statement on the database of a world, bypassing the server. */
async function runDirectly({ databaseUrl, world }: AsyncWorld, statement: string): Promise<void> {
  if (databaseUrl === null) {
    const file = new SqliteFile(path.join(world.dataDir, SQLITE_FILE_NAME));
    file.exec(statement);
    file.close();
    return;
  }
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

describe('the estimate of database reads', () => {
  let stingy: AsyncWorld;

  beforeEach(async () => {
    // It may read nothing, so it rejects every operation that reads, with its estimate.
    stingy = await startAsyncWorld({ config: { maxStoreReads: 0 } });
  });
  afterEach(() => stingy.close());

  test.each(COSTS)('counts %s', async (_, query, cost) => {
    const { errors, status } = await stingy.world.query(query);
    const [rejection] = errors.filter(({ extensions }) => extensions['code'] === 'BUDGET_EXCEEDED');
    expect(rejection?.extensions['cost'] ?? 0).toBe(cost);
    if (cost > 0) expect(status).toBe(400);
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('the database reads of an operation, on %s', (kind) => {
  let at: AsyncWorld;

  const start = async (config: Settings = {}): Promise<void> => {
    at = await startAsyncWorld({
      config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null, ...config },
    });
  };
  /** Stores a report with usage of this many devices. */
  const store = async (devices: number): Promise<string> => {
    const imeis = imeisOf(devices);
    const txid = await at.request(imeis);
    const usage = imeis.map((imei, n) => ({ imei, numberOfSessions: 1, bytesTransferred: n }));
    expect((await at.post({ txid, usage })).status).toBe(200);
    return txid;
  };
  afterEach(() => at.close());

  test('are refused before the first one if they are plainly too many: a thousand reports under 400 aliases', async () => {
    await start();
    await store(1);
    const aliases = repeat(400, (n) => `a${n}: usage(first: ${n + 1}) { totalCount nodes { imei } }`);
    const { status, data, errors } = await at.world.query(`{ ${REPORTS}(first: 1000) { nodes { ${aliases} } } }`);
    expect([status, data]).toEqual([400, null]);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(
          'This operation needs up to 3006 database reads, and the maximum is 500.',
        ) as string,
        extensions: {
          code: 'BUDGET_EXCEEDED',
          cost: 3_006,
          limit: 500,
          wayOut: expect.stringContaining('fewer reports') as string,
        },
      },
    ]);
  });

  test('are refused at the path where they are used up, and what was read before is answered', async () => {
    await start({ maxStoreReads: 7 });
    const [a, b] = [await store(2_500), await store(2_500)];
    // Finding a report counts 1, and its totals 1 and 2 for 2,500 devices.
    const totals = (txid: string) => `aggregatedReportRequest(txid: "${txid}") { totals { devices } }`;
    const { status, data, errors } = await at.world.query(`{ a: ${totals(a)} b: ${totals(b)} }`);
    // The reads of both run at the same time, so either may be the last.
    const refused = String(errors[0]?.path?.[0]);
    const other = refused === 'a' ? 'b' : 'a';
    expect([status, data]).toEqual([200, { [other]: { totals: { devices: 2_500 } }, [refused]: null }]);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(
          'This counts as 3 database reads, of which the operation has 2 left, and the maximum is 7. Ask for fewer',
        ) as string,
        path: [refused, 'totals'],
        extensions: { code: 'BUDGET_EXCEEDED', cost: null, limit: 7 },
      },
    ]);
    expect((await at.world.query(`{ b: ${totals(b)} }`)).errors).toEqual([]);
    expect(at.world.logged).toEqual([]);
  });

  test('are one for 499 lists of percentiles, and one for 499 pages in the same order', async () => {
    // Finding the report, its totals, and the percentiles, which count 3 because there are 499.
    await start({ maxStoreReads: 5 });
    const txid = await store(10);
    const read = async (fields: string) => {
      const { data, errors } = await at.world.query(
        `{ report: aggregatedReportRequest(txid: "${txid}") { ${fields} } }`,
      );
      expect(errors).toEqual([]);
      return (data as { report: Record<string, unknown> }).report;
    };
    const { totals } = await read(
      `totals { ${repeat(499, (n) => `a${n}: bytesPercentiles(p: [${(n * 100) / 499}, 100])`)} }`,
    );
    const percentiles = Object.values(totals as Record<string, number[]>);
    expect(percentiles).toEqual(Array.from({ length: 499 }, (_, n) => [Math.max(0, Math.ceil((n * 10) / 499) - 1), 9]));
    const pages = await read(
      repeat(499, (n) => `a${n}: usage(orderBy: BYTES_DESC, first: ${n + 1}) { nodes { bytesTransferred } }`),
    );
    expect(Object.values(pages)).toEqual(
      Array.from({ length: 499 }, (_, n) => ({
        nodes: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].slice(0, n + 1).map((bytesTransferred) => ({ bytesTransferred })),
      })),
    );
  });

  test('leave room for a page of reports with their usage, errors, missing devices and totals', async () => {
    await start({ maxStoreReads: 81 });
    for (let n = 0; n < 3; n += 1) await store(2);
    const pages = 'usage { nodes { imei } } errors { nodes { imei } } missing { nodes { imei } } totals { devices }';
    const { data, errors } = await at.world.query(`{ ${REPORTS}(first: 20) { nodes { ${pages} } } }`);
    expect(errors).toEqual([]);
    expect((data as { [REPORTS]: { nodes: unknown[] } })[REPORTS].nodes).toHaveLength(3);
  });

  test('are none for a total, and fail once for all that a page is needed for', async () => {
    await start();
    const txid = await store(2);
    await runDirectly(at, 'ALTER TABLE device_rows RENAME TO elsewhere');
    const total = `{ aggregatedReportRequest(txid: "${txid}") { usage { totalCount } errors { totalCount } missing { totalCount __typename } } }`;
    const { data, errors } = await at.world.query(total);
    expect([errors, data]).toMatchObject([[], { aggregatedReportRequest: { usage: { totalCount: 2 } } }]);
    const page = 'edges { cursor } nodes { imei } pageInfo { hasNextPage endCursor } totalCount';
    const failed = await at.world.query(`{ aggregatedReportRequest(txid: "${txid}") { usage { ${page} } } }`);
    expect(failed.errors).toMatchObject([
      { path: ['aggregatedReportRequest', 'usage'], extensions: { code: 'STORE_UNAVAILABLE' } },
    ]);
  });

  test('may be as many for each event of a subscription', async () => {
    await start({ maxStoreReads: 3 });
    const [a = '', b = ''] = imeisOf(2);
    const txid = await at.request([a, b]);
    const query =
      'subscription ($txid: ID!) { aggregatedReportProgress(txid: $txid) { totals { devices } usage { nodes { imei } } } }';
    const events = await subscribe<{ data: unknown; errors?: unknown }>(at.world.url, query, { txid });
    const toEvent = (...imeis: string[]) => ({
      data: {
        aggregatedReportProgress: {
          totals: { devices: imeis.length },
          usage: { nodes: imeis.map((imei) => ({ imei })) },
        },
      },
    });
    expect(await events.next()).toEqual(toEvent());
    await at.post(usageOf(txid, a));
    expect(await events.next()).toEqual(toEvent(a));
    await at.post(usageOf(txid, b));
    expect(await events.next()).toEqual(toEvent(a, b));
    expect(await events.next()).toBeNull();
  });

  test('are rejected for a subscription whose every event would need too many', async () => {
    await start({ maxStoreReads: 2 });
    const txid = await at.request(imeisOf(1));
    const query = `subscription { aggregatedReportProgress(txid: "${txid}") { totals { devices } usage { nodes { imei } } } }`;
    expect(
      codesOf(await at.world.query(query, {}, { headers: { Accept: 'application/json, text/event-stream' } })),
    ).toEqual(['BUDGET_EXCEEDED']);
  });
});
