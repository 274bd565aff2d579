import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATHS } from '../support/world/admin.ts';
import { imeisOf, startAsyncWorld, type AsyncWorld } from '../support/world/async-world.ts';
import { answerWith } from '../support/fakes/recording-platform.ts';
import { fc } from '../support/fast-check.ts';
import { createDatabase } from '../support/postgres/shared-postgres.ts';

const DEVICES = imeisOf(4);
const [A = '', B = ''] = DEVICES;
const DEVICE_FIELDS = 'imei numberOfSessions bytesTransferred';
const ERROR_FIELDS = 'imei errorMessage errorResponse { errorCode errorMessage httpStatusCode detailErrorMessage }';
const TOTALS = 'totals { devices silentDevices incompleteDevices numberOfSessions bytesTransferred bytesPercentiles }';
const STORED = `query ($txid: ID!) { aggregatedReportRequest(txid: $txid) {
  status receivedDevices failedDevices progress ${TOTALS}
  usage(orderBy: IMEI) { nodes { ${DEVICE_FIELDS} } } errors { nodes { ${ERROR_FIELDS} } } missing { nodes { imei } } } }`;
const SYNCHRONOUS = `query ($imei: [IMEI!]!) { aggregatedReport(input: { imei: $imei }) {
  ${TOTALS} usage(orderBy: IMEI) { ${DEVICE_FIELDS} } errors { ${ERROR_FIELDS} } missing } }`;

type Row = Readonly<Record<string, unknown>>;

/** What the platform says of one device, once. */
interface Item {
  readonly list: 'usage' | 'errors';
  readonly row: Row;
}

const value = fc.oneof(fc.nat(9), fc.constantFrom(2 ** 31 - 1, 0, null, -1, '5'));
const text = fc.constantFrom('gone', 'lost', 'The device did not answer.', null);
const item: fc.Arbitrary<Item> = fc.oneof(
  fc.record({
    list: fc.constant('usage' as const),
    row: fc.record({ imei: fc.constantFrom(...DEVICES), numberOfSessions: value, bytesTransferred: value }),
  }),
  fc.record({
    list: fc.constant('errors' as const),
    row: fc.record({
      imei: fc.constantFrom(...DEVICES),
      errorMessage: text,
      errorResponse: fc.option(fc.record({ errorCode: text, httpStatusCode: fc.constantFrom('404', '500') })),
    }),
  }),
);
const items = fc.array(item, { maxLength: 12 });

/** Two orders of the same items, each cut into bodies: reports with lists, or arrays of messages. */
const twoDeliveries = items.chain((some) => {
  const delivery = fc.record({
    order: fc.shuffledSubarray(some, { minLength: some.length }),
    itemsPerBody: fc.integer({ min: 1, max: 5 }),
    areLists: fc.boolean(),
  });
  return fc.tuple(delivery, delivery);
});

function toBody(txid: string, some: readonly Item[], areLists: boolean): unknown {
  if (areLists) return { txid, ...toLists(some) };
  return some.map(({ list, row }) => ({ txid, [list]: [row] }));
}

function toLists(some: readonly Item[]): { readonly usage: Row[]; readonly errors: Row[] } {
  const rowsOf = (list: Item['list']): Row[] => some.filter((each) => each.list === list).map(({ row }) => row);
  return { usage: rowsOf('usage'), errors: rowsOf('errors') };
}

function byImei(a: Row, b: Row): number {
  return String(a['imei']) < String(b['imei']) ? -1 : 1;
}

describe.each(['SQLite', 'PostgreSQL'])('what the platform reports more than once, on %s,', (kind) => {
  let at: AsyncWorld;

  beforeAll(async () => {
    at = await startAsyncWorld({ config: { databaseUrl: kind === 'PostgreSQL' ? await createDatabase() : null } });
  });
  afterAll(() => at.close());

  const read = async (txid: string) => {
    const { data, errors } = await at.world.query(STORED, { txid });
    expect(errors).toEqual([]);
    const { aggregatedReportRequest: report } = data as {
      aggregatedReportRequest: { usage: { nodes: Row[] }; errors: { nodes: Row[] }; missing: { nodes: Row[] } } & Row;
    };
    return { ...report, errors: { nodes: [...report.errors.nodes].sort(byImei) } };
  };
  const post = async (body: unknown): Promise<void> => {
    expect((await at.post(body)).status).toBe(200);
  };

  test('gives the same report in any order, and in any number of messages', async () => {
    const rule = fc.asyncProperty(twoDeliveries, async (deliveries) => {
      const [one, other] = await Promise.all(
        deliveries.map(async ({ order, itemsPerBody, areLists }) => {
          const txid = await at.request(DEVICES);
          for (let from = 0; from < order.length; from += itemsPerBody) {
            await post(toBody(txid, order.slice(from, from + itemsPerBody), areLists));
          }
          return read(txid);
        }),
      );
      expect(one).toEqual(other);
    });
    await fc.assert(rule, { numRuns: 40 });
  });

  test('is the same in a synchronous report and in an asynchronous one', async () => {
    const rule = fc.asyncProperty(items, async (some) => {
      const txid = await at.request(DEVICES);
      if (some.length > 0) await post(toBody(txid, some, true));
      at.platform.onRequest(PATHS.aggregate, answerWith({ txid: 'x', ...toLists(some) }));
      const { data, errors } = await at.world.query(SYNCHRONOUS, { imei: DEVICES });
      expect(errors).toEqual([]);
      const report = (data as { aggregatedReport: { usage: Row[]; errors: Row[]; missing: string[]; totals: Row } })
        .aggregatedReport;
      expect(await read(txid)).toMatchObject({
        usage: { nodes: report.usage },
        errors: { nodes: [...report.errors].sort(byImei) },
        missing: { nodes: report.missing.map((imei) => ({ imei })) },
        totals: report.totals,
      });
    });
    await fc.assert(rule, { numRuns: 60 });
  });

  test('counts by field: a known value before null, the larger of two, usage before an error', async () => {
    const rows = [
      { imei: A, numberOfSessions: 3, bytesTransferred: null },
      { imei: A, numberOfSessions: 2, bytesTransferred: 500 },
      { imei: A, numberOfSessions: null, bytesTransferred: 400 },
    ];
    const errors = [A, B].map((imei) => ({ imei, errorMessage: 'gone' }));
    for (const order of [rows, rows.toReversed()]) {
      const txid = await at.request([A, B]);
      await post({ txid, errors });
      for (const row of order) await post({ txid, usage: [row] });
      await post({ txid, errors });
      expect(await read(txid)).toMatchObject({
        status: 'COMPLETED',
        receivedDevices: 1,
        failedDevices: 1,
        progress: 1,
        usage: { nodes: [{ imei: A, numberOfSessions: 3, bytesTransferred: 500 }] },
        errors: { nodes: [{ imei: B, errorMessage: 'gone' }] },
        totals: { devices: 1, incompleteDevices: 0, numberOfSessions: 3, bytesTransferred: 500 },
      });
    }
  });
});
