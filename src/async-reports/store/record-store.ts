import type { AccountNumber } from '../../domain/account.ts';
import type { Usage } from '../../domain/device-usage.ts';
import type { Imei } from '../../domain/imei.ts';
import type { RecordedDay } from '../../domain/recorded-day.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { UsageTotals } from '../../domain/usage-totals.ts';

/** The days that something is about, from the first to the last, as numbers of days from 1970-01-01. */
export interface DayRange {
  readonly first: number;
  readonly last: number;
}

/** The usage of a device on a day, or on several together. */
export interface RecordedUsage extends Usage {
  readonly imei: Imei;
}

/** The usage of a device on one day. */
export interface UsageOfDay extends RecordedUsage {
  readonly day: number;
}

/** The usage of a device on several days together. */
export interface UsageOfDays extends RecordedUsage {
  /** On how many of the days it has usage. */
  readonly days: number;
}

/** The totals of an account on one day. */
export interface TotalsOfDay extends UsageTotals {
  readonly day: number;
}

/** A day that is being recorded, as it was noted last. */
export interface DayRequest {
  readonly accountNumber: AccountNumber;
  readonly day: number;
  readonly zoneName: string;
  /** 0: the whole account; from 1 on, lists of devices that were missing. */
  readonly part: number;
  /** The last device that a list asked for; empty before the first list. */
  readonly afterImei: string;
  /** The report that is awaited; null if the part has not been requested, or its request failed. */
  readonly txid: string | null;
  /** How often the day was begun. */
  readonly attempts: number;
  /** When the part may be requested. */
  readonly retryAtMs: number;
  /** Devices with an error that had no usage on the day that this one is compared with. */
  readonly failedDevices: number;
  /** Devices in the answer for the whole account, with usage or an error; 0 before it has arrived. */
  readonly wholeDevices: number;
}

/** Where the rows of whoever reads begin, and how many to read. */
export interface PageOfUsage {
  readonly accountNumber: AccountNumber;
  /** Days of one month. */
  readonly days: DayRange;
  /** Begins after this row; null for the first page. */
  readonly after: { readonly imei: string; readonly day: number } | null;
  readonly limit: number;
}

/** Which devices of each day to read. */
export interface FirstOfDays {
  readonly accountNumber: AccountNumber;
  /** Days of one month. */
  readonly days: DayRange;
  readonly order: UsageOrder;
  /** How many devices of each day. */
  readonly first: number;
}

/** The recorded usage of accounts, day by day. Every promise may reject with a StoreError. */
export interface RecordStore {
  /** Creates the views for other programs. */
  createViews(): Promise<void>;

  /** Every recorded day of all accounts, in no order. There is one for each day, whatever its zone. */
  listDays(): Promise<readonly RecordedDay[]>;
  /** Calls `listener` after each commit that changed a day, and after any gap in notifications. Returns the function that stops it. */
  onChange(listener: () => void): () => void;

  /** The days of an account that are being recorded. */
  listRequests(accountNumber: AccountNumber): Promise<readonly DayRequest[]>;
  /**
   * Notes how far the recording of a day is. If the day has rows of another zone, they are removed first. In the same commit, the report that
   * is not needed any more is forgotten, if there is one.
   */
  note(request: DayRequest, endedTxid?: string | null): Promise<void>;
  /** Drops the note about a day that cannot be recorded any more. */
  drop(request: DayRequest): Promise<void>;
  /** Stores usage of a day, in commits of bounded size. Storing it again changes nothing: a larger value replaces a smaller one. */
  addUsage(accountNumber: AccountNumber, day: number, usage: readonly RecordedUsage[]): Promise<void>;
  /** Those of the devices that have usage on a day. */
  listPresent(accountNumber: AccountNumber, day: number, imeis: readonly Imei[]): Promise<ReadonlySet<Imei>>;
  /** Devices with usage on the other day and none on this one, by IMEI, after one of them. */
  listAbsent(
    accountNumber: AccountNumber,
    day: number,
    otherDay: number,
    afterImei: string,
    first: number,
  ): Promise<readonly Imei[]>;
  countAbsent(accountNumber: AccountNumber, day: number, otherDay: number): Promise<number>;
  countUsage(accountNumber: AccountNumber, day: number): Promise<number>;
  /** Marks the day as recorded, in one commit with the end of its note, and of the report that is not needed any more. */
  finish(day: RecordedDay, endedTxid?: string | null): Promise<void>;
  /** Removes the rows of a report that is forgotten. */
  removeReport(txid: string): Promise<void>;
  /** Removes the months of an account before a month, in commits of bounded size. */
  removeBefore(accountNumber: AccountNumber, month: number): Promise<void>;

  // The following functions are reads of callers. They do not look at which days are recorded: ask for those only.

  /** The totals of an account on each of the days that has usage, which are of one month. */
  readTotals(accountNumber: AccountNumber, days: DayRange): Promise<readonly TotalsOfDay[]>;
  /** Usage of the first devices of each day in an order, by day and in that order. */
  readFirst(of: FirstOfDays): Promise<readonly UsageOfDay[]>;
  /** Usage of an account on days of one month, by IMEI and day. */
  readPage(page: PageOfUsage): Promise<readonly UsageOfDay[]>;
  /** Usage of at most 500 devices on each of these days, by IMEI and day. */
  readDevices(accountNumber: AccountNumber, imeis: readonly Imei[], days: DayRange): Promise<readonly UsageOfDay[]>;
  /** Usage of each device on these days together: of at most 500 named devices, or of all if none are named. */
  readSums(accountNumber: AccountNumber, imeis: readonly Imei[], days: DayRange): Promise<readonly UsageOfDays[]>;
}
