import type { AccountNumber } from '../domain/account.ts';
import type { Imei } from '../domain/imei.ts';
import type { RecordedDay } from '../domain/recorded-day.ts';
import type { DayOfHistory } from './baseline.ts';
import type { BucketUsage } from './bucket-usage.ts';
import type { Period } from './periods.ts';
import type { SummedBucket } from './summed-usage.ts';

/** Usage that was recorded day by day, so that a series needs no call for it. */
export interface RecordedUsage {
  /** The time zone of its days: an IANA name in capitals. */
  readonly zoneName: string;
  /** The last day that could be recorded by now. */
  readonly lastSettledDay: () => number;
  /** The days of a period of which the account's usage is recorded, oldest first. */
  readonly listRecorded: (accountNumber: AccountNumber, period: Period) => readonly RecordedDay[];
  /** How many days of a period are recorded. */
  readonly countDays: (accountNumber: AccountNumber, period: Period) => number;
  /**
   * The usage in each of the periods, all of whose days are recorded: of the named devices, or of all if none are named. Counts the rows that
   * it goes through before it reads them. Rejects with ReportError or StoreError.
   */
  readonly read: (
    accountNumber: AccountNumber,
    imeis: readonly Imei[],
    periods: readonly Period[],
    takeRows: (rows: number) => void,
  ) => Promise<readonly BucketUsage[]>;
  /**
   * The usage of the whole account on each of these days, all of which are recorded, by day. Counts what the database goes through before it
   * does. Rejects with ReportError or StoreError.
   */
  readonly readSummed: (
    accountNumber: AccountNumber,
    days: readonly number[],
    takeRows: (rows: number) => void,
  ) => Promise<ReadonlyMap<number, SummedBucket>>;
  /** The bytes of each device on the recorded days of a period. Counts and rejects as `read` does. */
  readonly readHistories: (
    accountNumber: AccountNumber,
    imeis: readonly Imei[],
    period: Period,
    takeRows: (rows: number) => void,
  ) => Promise<ReadonlyMap<Imei, readonly DayOfHistory[]>>;
}
