import { oncePerKey } from '../../domain/once-per-key.ts';
import type { ReadSize } from '../../domain/read-budget.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { FleetFilter } from '../store/fleet-store.ts';
import type { AsyncReportFilter } from '../store/store.ts';
import { DEVICES_PER_PART, MAX_FLEET_PARTS } from '../fleet.ts';
import { createJoinedPages } from './joined-pages.ts';
import { createJoinedReads, type RunRead } from './joined-reads.ts';
import type { ReadReport, ReportReads } from './report-reads.ts';

/** A longer statement is slow to prepare. */
const MAX_PERCENTILES_PER_READ = 500;

/**
 * Coalesces the reads of one operation, or of one event: equal reads are made once, pages that start at the
 * same row are one read, and so are the percentiles of a report. `run` runs what remains, and what it rejects with is passed on.
 */
export function createCoalescedReads(source: ReportReads, run: RunRead): ReportReads {
  const count = (scanned: number, read: () => Promise<number>): Promise<number> =>
    run(() => ({ scanned, returned: 0 }), read);
  const countStored = oncePerKey(String, (account: Parameters<ReportReads['countStored']>[0]) =>
    count(0, () => source.countStored(account)),
  );
  const readList = createJoinedPages({
    run,
    toText: JSON.stringify as (key: ListKey) => string,
    toSize: ({ scanned }, first) => ({ scanned, returned: first }),
    read: ({ filter }, page) => source.list(filter, page),
  });
  const readUsage = createJoinedPages({
    run,
    toText: ({ report, orderBy }: UsageKey) => JSON.stringify([report.txid, orderBy]),
    toSize: toUsageSize,
    read: ({ report, orderBy }, page) => source.usage(report, orderBy, page),
  });
  const readPercentiles = createJoinedReads<ReadReport, ReadonlySet<number>, ReadonlyMap<number, number>>({
    run,
    toText: toTxid,
    // The devices are counted before they are sorted.
    toSize: ({ receivedDevices }, asked) => ({ scanned: 2 * receivedDevices, returned: asked.size }),
    async read(report, asked) {
      const percentiles = [...asked];
      const values = await source.bytesPercentiles(report, percentiles);
      return new Map(values.map((value, at) => [percentiles[at] ?? NaN, value]));
    },
    covers: (before, asked) => asked.size <= before.size && [...asked].every((percentile) => before.has(percentile)),
    unite(before, asked) {
      const both = new Set([...before, ...asked]);
      return both.size <= MAX_PERCENTILES_PER_READ ? both : null;
    },
  });

  return {
    find: oncePerKey(
      (...key) => JSON.stringify(key),
      (txid, accountNumber) =>
        run(
          () => ({ scanned: 0, returned: 1 }),
          () => source.find(txid, accountNumber),
        ),
    ),
    async list(filter, page) {
      // The index of an account's reports has neither their status nor their owner.
      const isScan = filter.status !== null || filter.owner !== '';
      return readList({ filter, scanned: isScan ? await countStored(filter.accountNumber) : 0 }, page);
    },
    count: oncePerKey(JSON.stringify as (filter: AsyncReportFilter) => string, async (filter) =>
      count(await countStored(filter.accountNumber), () => source.count(filter)),
    ),
    countStored,
    usage: (report, orderBy, page) => readUsage({ report, orderBy }, page),
    errors: createJoinedPages({
      run,
      toText: toTxid,
      toSize: ({ errorRows }, first) => ({ scanned: 0, returned: Math.min(first, errorRows) }),
      read: source.errors,
    }),
    unexpected: createJoinedPages({
      run,
      toText: toTxid,
      toSize: ({ unexpectedDevices }, first) => ({ scanned: 0, returned: Math.min(first, unexpectedDevices) }),
      read: source.unexpected,
    }),
    missing: createJoinedPages({
      run,
      toText: toTxid,
      toSize: ({ missingDevices }, first) => ({ scanned: 0, returned: Math.min(first, missingDevices) }),
      read: source.missing,
    }),
    totals: oncePerKey(toTxid, (report: ReadReport) =>
      run(
        () => ({ scanned: report.receivedDevices, returned: 0 }),
        () => source.totals(report),
      ),
    ),
    sortedBytes: oncePerKey(toTxid, (report: ReadReport) =>
      run(
        // A number is much less than a row. They are sorted, too.
        () => ({ scanned: 2 * report.receivedDevices, returned: 0 }),
        () => source.sortedBytes(report),
      ),
    ),
    findFleet: oncePerKey(String, (id: string) =>
      run(
        () => ({ scanned: 0, returned: MAX_FLEET_PARTS }),
        () => source.findFleet(id),
      ),
    ),
    listFleets: createJoinedPages({
      run,
      toText: JSON.stringify as (filter: FleetFilter) => string,
      toSize: (_, first) => ({ scanned: 0, returned: first * MAX_FLEET_PARTS }),
      read: source.listFleets,
    }),
    countFleets: oncePerKey(JSON.stringify as (filter: FleetFilter) => string, (filter) =>
      // Its index has all that it needs, as with `countStored`.
      count(0, () => source.countFleets(filter)),
    ),
    imeisOfPart: oncePerKey(
      (...key) => JSON.stringify(key),
      (id: string, part: number) =>
        run(
          () => ({ scanned: DEVICES_PER_PART, returned: 0 }),
          () => source.imeisOfPart(id, part),
        ),
    ),
    async bytesPercentiles(report, percentiles) {
      const values = await readPercentiles(report, new Set(percentiles));
      return percentiles.flatMap((percentile) => values.get(percentile) ?? []);
    },
  };
}

interface ListKey {
  readonly filter: AsyncReportFilter;
  /** The reports that a page may have to pass over, at most. */
  readonly scanned: number;
}

interface UsageKey {
  readonly report: ReadReport;
  readonly orderBy: UsageOrder | null;
}

function toTxid({ txid }: ReadReport): string {
  return txid;
}

/** Arrival has an index. In order of IMEI, rows of other outcomes lie between; an order by value goes through all usage. */
function toUsageSize({ report, orderBy }: UsageKey, first: number): ReadSize {
  const { receivedDevices, errorRows, missingDevices, unexpectedDevices } = report;
  const returned = Math.min(first, receivedDevices);
  if (orderBy === null) return { scanned: 0, returned };
  return { scanned: orderBy === 'IMEI' ? errorRows + missingDevices + unexpectedDevices : receivedDevices, returned };
}
