import type { RecordStore, TotalsOfDay, UsageOfDay } from '../async-reports/store/record-store.ts';
import type { AccountNumber } from '../domain/account.ts';
import { once } from '../domain/once.ts';
import { oncePerKey } from '../domain/once-per-key.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import type { UsageOrder } from '../domain/usage-order.ts';
import type { UsageTotals } from '../domain/usage-totals.ts';
import type { FetchedUsage } from '../reports/usage-answer.ts';
import type { SummedBucket } from '../usage-over-time/summed-usage.ts';
import { createBucketRows } from './bucket-rows.ts';
import { toMonths } from './read-daily.ts';

/** How recorded days are summed. */
export interface SummedReads {
  readonly record: Pick<RecordStore, 'readTotals' | 'readFirst'>;
  /** Waits for a turn with other callers. */
  readonly takeTurn: <T>(read: () => Promise<T>) => Promise<T>;
  readonly accountNumber: AccountNumber;
  /** Counts rows that are gone through. Throws BUDGET_EXCEEDED. */
  readonly takeRows: (rows: number) => void;
  /** Reads all devices of the days, and counts them. */
  readonly readRows: () => Promise<ReadonlyMap<number, readonly FetchedUsage[]>>;
}

/** The database sorts and adds up so much faster. */
const ROWS_ADDED_AS_ONE = 100;
const ROWS_SORTED_AS_ONE = 16;
const NONE: UsageTotals = {
  devices: 0,
  silentDevices: 0,
  incompleteDevices: 0,
  numberOfSessions: 0,
  bytesTransferred: 0,
};

/** Has the database add up the usage of these days of an account. It sorts devices when they are asked for, once for all of the days. */
export async function readSummed(
  { record, takeTurn, accountNumber, takeRows, readRows }: SummedReads,
  recorded: readonly RecordedDay[],
): Promise<ReadonlyMap<number, SummedBucket>> {
  const months = toMonths(recorded.map(({ day }) => day));
  const found = recorded.reduce((sum, { devices }) => sum + devices, 0);
  takeRows(Math.ceil(found / ROWS_ADDED_AS_ONE));
  const totals = new Map<number, TotalsOfDay>();
  for (const days of months) {
    for (const each of await takeTurn(() => record.readTotals(accountNumber, days))) totals.set(each.day, each);
  }
  const readAll = once(readRows);
  const readFirst = oncePerKey(
    (order, first) => `${order} ${first}`,
    async (order: UsageOrder, first: number): Promise<ReadonlyMap<number, readonly FetchedUsage[]>> => {
      takeRows(Math.ceil(found / ROWS_SORTED_AS_ONE) + recorded.length * first);
      const rows: UsageOfDay[] = [];
      for (const days of months) {
        rows.push(...(await takeTurn(() => record.readFirst({ accountNumber, days, order, first }))));
      }
      return toBuckets(accountNumber, recorded, rows);
    },
  );
  return new Map(
    recorded.map((each): [number, SummedBucket] => {
      const { errors, freshness } = createBucketRows(accountNumber, [], [each]).toUsage();
      const summed = {
        totals: totals.get(each.day) ?? NONE,
        list: async (order: UsageOrder, first: number) => (await readFirst(order, first)).get(each.day) ?? [],
        rows: async () => (await readAll()).get(each.day) ?? [],
      };
      return [each.day, { errors, freshness, summed }];
    }),
  );
}

/** The rows of each day. */
function toBuckets(
  accountNumber: AccountNumber,
  recorded: readonly RecordedDay[],
  rows: readonly UsageOfDay[],
): Map<number, readonly FetchedUsage[]> {
  const buckets = new Map(recorded.map((each) => [each.day, createBucketRows(accountNumber, [], [each])]));
  for (const { day, ...row } of rows) buckets.get(day)?.add({ ...row, days: 1 });
  return new Map(Array.from(buckets, ([day, bucket]) => [day, bucket.toUsage().usage]));
}
