import type { RecordStore, UsageOfDays } from '../async-reports/store/record-store.ts';
import type { ReadQueue } from '../async-reports/reads/read-queue.ts';
import type { Reader } from '../async-reports/reads/shared-reads.ts';
import type { AccountNumber } from '../domain/account.ts';
import { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import type { TimeZone } from '../domain/time-zone.ts';
import type { BucketUsage } from '../usage-over-time/bucket-usage.ts';
import type { Period } from '../usage-over-time/periods.ts';
import type { RecordedUsage } from '../usage-over-time/recorded-usage.ts';
import { createBucketRows } from './bucket-rows.ts';
import { readDaily, readHistories } from './read-daily.ts';
import { readSummed } from './read-summed.ts';
import type { RecordedDays } from './recorded-days.ts';

export interface ReadUsageOptions {
  readonly record: Pick<RecordStore, 'readTotals' | 'readFirst' | 'readPage' | 'readDevices' | 'readSums'>;
  readonly days: RecordedDays;
  readonly queue: ReadQueue;
  readonly zone: TimeZone;
  readonly settleAfterMs: number;
  readonly now: () => number;
}

/** More rows would not fit into the memory of a server beside others. */
const MAX_ROWS = 600_000;
/** Receiving a row takes so much less time than sorting or adding up, and finding one in the database still less. */
const ROWS_READ_AS_ONE = 4;
const ROWS_FOUND_AS_ONE = 100;
/** Names in one statement. */
const DEVICES_PER_READ = 500;

/** Creates the function that gives an operation the recorded usage. Its reads take turns with those of other callers. */
export function createReadUsage(options: ReadUsageOptions): (toReader: () => Reader) => RecordedUsage {
  const { record, days, queue, zone, now } = options;
  const listRecorded = (accountNumber: AccountNumber, { first, last }: Period): RecordedDay[] => {
    const found: RecordedDay[] = [];
    for (let day = first; day <= last; day += 1) {
      const recorded = days.find(accountNumber, day);
      if (recorded !== null) found.push(recorded);
    }
    return found;
  };

  return (toReader) => {
    const takeTurn = <T>(read: () => Promise<T>): Promise<T> => {
      const { principal, signal } = toReader();
      return queue.run(principal, signal(), read);
    };

    const readSums = async (accountNumber: AccountNumber, imeis: readonly Imei[], period: Period) => {
      if (imeis.length === 0) return takeTurn(() => record.readSums(accountNumber, [], period));
      const rows: UsageOfDays[] = [];
      for (let at = 0; at < imeis.length; at += DEVICES_PER_READ) {
        const some = imeis.slice(at, at + DEVICES_PER_READ);
        rows.push(...(await takeTurn(() => record.readSums(accountNumber, some, period))));
      }
      return rows;
    };

    return {
      zoneName: zone.name,
      lastSettledDay: () => zone.toDay(now() - options.settleAfterMs) - 1,
      listRecorded,
      countDays(accountNumber, { first, last }) {
        let count = 0;
        for (let day = first; day <= last; day += 1) if (days.find(accountNumber, day) !== null) count += 1;
        return count;
      },
      async read(accountNumber, imeis, periods, takeRows) {
        const ofPeriods = periods.map((period) => listRecorded(accountNumber, period));
        takeRows(countRows(ofPeriods, imeis.length));
        const buckets = ofPeriods.map((recorded) => createBucketRows(accountNumber, imeis, recorded));
        const daily = new Map<number, typeof buckets>();
        const read: BucketUsage[] = [];
        for (const [at, period] of periods.entries()) {
          const bucket = buckets[at];
          if (bucket === undefined) continue;
          if (period.first === period.last) daily.set(period.first, [...(daily.get(period.first) ?? []), bucket]);
          else for (const row of await readSums(accountNumber, imeis, period)) bucket.add(row);
        }
        await readDaily({ record, takeTurn, accountNumber, imeis, devicesPerRead: DEVICES_PER_READ }, daily);
        for (const bucket of buckets) read.push(bucket.toUsage());
        return read;
      },
      readSummed(accountNumber, wanted, takeRows) {
        const recorded = wanted.flatMap((day) => days.find(accountNumber, day) ?? []);
        const readRows = async () => {
          takeRows(
            countRows(
              recorded.map((each) => [each]),
              0,
            ),
          );
          const rows = new Map(recorded.map((each) => [each.day, [createBucketRows(accountNumber, [], [each])]]));
          await readDaily({ record, takeTurn, accountNumber, imeis: [], devicesPerRead: DEVICES_PER_READ }, rows);
          return new Map(Array.from(rows, ([day, [bucket]]) => [day, bucket?.toUsage().usage ?? []]));
        };
        return readSummed({ record, takeTurn, accountNumber, takeRows, readRows }, recorded);
      },
      readHistories(accountNumber, imeis, period, takeRows) {
        takeRows(Math.ceil((imeis.length * (period.last - period.first + 1)) / ROWS_READ_AS_ONE));
        const reads = { record, takeTurn, accountNumber, imeis, devicesPerRead: DEVICES_PER_READ };
        return readHistories(reads, period, (day) => days.find(accountNumber, day) !== null);
      },
    };
  };
}

/** What reading takes, in rows of a computation. Throws BUDGET_EXCEEDED if the rows are too many for the memory. */
function countRows(ofPeriods: readonly (readonly RecordedDay[])[], named: number): number {
  let [found, received] = [0, 0];
  for (const recorded of ofPeriods) {
    let most = 0;
    for (const { devices } of recorded) {
      found += named === 0 ? devices : named;
      most = Math.max(most, named === 0 ? devices : named);
    }
    received += most;
  }
  if (received > MAX_ROWS) {
    const wayOut = 'Ask for longer buckets, fewer days or fewer devices.';
    const message = `This needs ${received} rows of recorded usage, and the maximum is ${MAX_ROWS}. Nothing was read. ${wayOut}`;
    throw new ReportError('BUDGET_EXCEEDED', message, { budget: { cost: received, limit: MAX_ROWS, wayOut } });
  }
  return Math.ceil(found / ROWS_FOUND_AS_ONE) + Math.ceil(received / ROWS_READ_AS_ONE);
}
