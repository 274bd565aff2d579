import { describe, expect, test } from 'vitest';
import { createCoalescedReads } from '../../src/async-reports/reads/coalesced-reads.ts';
import type { RunRead } from '../../src/async-reports/reads/joined-reads.ts';
import { toReportReads, type ReadReport, type ReportReads } from '../../src/async-reports/reads/report-reads.ts';
import type { UsageOrder } from '../../src/domain/usage-order.ts';
import { USAGE_ORDERS } from '../../src/domain/usage-order.ts';
import type { ReadSize } from '../../src/domain/read-budget.ts';
import { fc } from '../support/fast-check.ts';
import { ACCOUNT, toError, toRequest, toUsage } from '../support/store/messages.ts';
import { useStoreBench } from '../support/store/stores.ts';

type Ask = (reads: ReportReads, report: ReadReport) => Promise<unknown>;

const first = fc.integer({ min: 1, max: 12 });
const position = fc.constantFrom(0, 1, 3);
const order = fc.constantFrom<UsageOrder | null>(null, ...USAGE_ORDERS);
const percentiles = fc.array(fc.constantFrom(0, 10, 50, 90, 99.9, 100), { maxLength: 4 });
const status = fc.constantFrom('QUEUED' as const, 'RECEIVING' as const, null);

describe('the reads of an operation', () => {
  const bench = useStoreBench('SQLite');

  /** Two reports: `a` with usage, errors and missing devices, and `b` without any. */
  const open = async () => {
    const store = await bench.open();
    await store.add(toRequest('a', 12));
    await store.add(toRequest('b', 5));
    await store.recordMessages([
      ...[4, 1, 7, 2, 9, 3].map((device) => toUsage('a', device, device === 9 ? { bytesTransferred: null } : {})),
      ...[0, 5].map((device) => toError('a', device)),
    ]);
    const made: { readonly name: string; readonly size: ReadSize }[] = [];
    const source = toReportReads(store);
    const named = Object.fromEntries(
      Object.entries(source).map(([name, read]) => [
        name,
        (...args: never[]) => {
          made.push({ name, size: sizes.at(-1) ?? { scanned: NaN, returned: NaN } });
          return (read as (...args: never[]) => unknown)(...args);
        },
      ]),
    ) as unknown as ReportReads;
    const sizes: ReadSize[] = [];
    const run: RunRead = async (toSize, read) => {
      sizes.push(toSize());
      return read();
    };
    const find = async (txid: string): Promise<ReadReport> => {
      const report = await store.find(txid, null);
      if (report === null) throw new Error('it is stored');
      return report;
    };
    return {
      source,
      made,
      coalesced: () => createCoalescedReads(named, run),
      reports: [await find('a'), await find('b')],
    };
  };

  test('return what each alone would, and make none twice, whatever is asked together and afterwards', async () => {
    const { source, made, coalesced, reports } = await open();
    const [a] = reports;
    if (a === undefined) throw new Error('it is stored');
    const everything = { first: 100, after: null };
    /** Cursors by list and order. */
    const cursors = new Map<string, (string | null)[]>();
    const keep = async (list: string, page: Promise<{ rows: readonly { cursor: string }[] }>): Promise<void> => {
      cursors.set(list, [null, ...(await page).rows.map(({ cursor }) => cursor)]);
    };
    for (const orderBy of [null, ...USAGE_ORDERS]) await keep(`usage ${orderBy}`, source.usage(a, orderBy, everything));
    await keep('errors', source.errors(a, everything));
    await keep('missing', source.missing(a, everything));
    const at = (list: string, position: number) => cursors.get(list)?.[position] ?? null;

    const ask: fc.Arbitrary<Ask> = fc.oneof(
      fc.tuple(order, first, position).map(
        ([by, n, from]): Ask =>
          (reads, report) =>
            reads.usage(report, by, { first: n, after: at(`usage ${by}`, from) }),
      ),
      fc.tuple(first, position).map(
        ([n, from]): Ask =>
          (reads, report) =>
            reads.errors(report, { first: n, after: at('errors', from) }),
      ),
      fc.tuple(first, position).map(
        ([n, from]): Ask =>
          (reads, report) =>
            reads.missing(report, { first: n, after: at('missing', from) }),
      ),
      fc.constant<Ask>((reads, report) => reads.totals(report)),
      percentiles.map(
        (list): Ask =>
          (reads, report) =>
            reads.bytesPercentiles(report, list),
      ),
      fc.constant<Ask>((reads, { txid }) => reads.find(txid, null)),
      fc.tuple(status, first).map(
        ([status, n]): Ask =>
          (reads) =>
            reads.list({ accountNumber: ACCOUNT, owner: '', status }, { first: n, after: null }),
      ),
      status.map(
        (status): Ask =>
          (reads) =>
            reads.count({ accountNumber: ACCOUNT, owner: '', status }),
      ),
    );
    const asks = fc.array(fc.tuple(ask, fc.nat(1)), { maxLength: 12 });
    const rule = fc.asyncProperty(asks, asks, async (together, afterwards) => {
      const reads = coalesced();
      const read = (from: ReportReads, list: typeof together) =>
        Promise.all(list.map(([each, number]) => each(from, reports[number] ?? a)));
      made.length = 0;
      const coalescedResults = await read(reads, together);
      expect(coalescedResults).toEqual(await read(source, together));
      const before = made.length;
      expect(before).toBeLessThanOrEqual(together.length + 1);
      // What has been read is not read again.
      expect(await read(reads, together)).toEqual(coalescedResults);
      expect(made).toHaveLength(before);
      expect(await read(reads, afterwards)).toEqual(await read(source, afterwards));
    });
    await fc.assert(rule, { numRuns: 60 });
  });

  test('are one read for the pages that start at the same row, and one for the percentiles of a report', async () => {
    const { made, coalesced, reports } = await open();
    const [a] = reports;
    if (a === undefined) throw new Error('it is stored');
    const reads = coalesced();
    const numbers = Array.from({ length: 500 }, (_, at) => at);
    const pages = await Promise.all(numbers.map((n) => reads.usage(a, 'BYTES_DESC', { first: n + 1, after: null })));
    expect(pages.map(({ rows }) => rows.length)).toEqual(numbers.map((n) => Math.min(n + 1, 6)));
    const values = await Promise.all(numbers.map((n) => reads.bytesPercentiles(a, [n / 5])));
    expect(values.flat()).toHaveLength(500);
    expect(made).toEqual([
      { name: 'usage', size: { scanned: 6, returned: 6 } },
      { name: 'bytesPercentiles', size: { scanned: 12, returned: 500 } },
    ]);
  });

  test('count the rows that each goes through', async () => {
    const { made, coalesced } = await open();
    const report = { txid: 'a', receivedDevices: 5_000, errorRows: 300, missingDevices: 40, unexpectedDevices: 0 };
    const page = { first: 100, after: null };
    const reads = coalesced();
    await reads.usage(report, null, page);
    await reads.usage(report, 'IMEI', page);
    await reads.usage(report, 'SESSIONS_ASC', page);
    await reads.errors(report, page);
    await reads.missing(report, page);
    await reads.totals(report);
    await reads.list({ accountNumber: ACCOUNT, owner: '', status: null }, page);
    await reads.list({ accountNumber: ACCOUNT, owner: '', status: 'QUEUED' }, page);
    await reads.count({ accountNumber: ACCOUNT, owner: '', status: null });
    expect(made).toEqual([
      { name: 'usage', size: { scanned: 0, returned: 100 } },
      { name: 'usage', size: { scanned: 340, returned: 100 } },
      { name: 'usage', size: { scanned: 5_000, returned: 100 } },
      { name: 'errors', size: { scanned: 0, returned: 100 } },
      { name: 'missing', size: { scanned: 0, returned: 40 } },
      { name: 'totals', size: { scanned: 5_000, returned: 0 } },
      { name: 'list', size: { scanned: 0, returned: 100 } },
      { name: 'countStored', size: { scanned: 0, returned: 0 } },
      { name: 'list', size: { scanned: 2, returned: 100 } },
      { name: 'count', size: { scanned: 2, returned: 0 } },
    ]);
  });
});
