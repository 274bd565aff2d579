import type { AcceptedReport } from '../../domain/accepted-report.ts';
import type { AccountNumber } from '../../domain/account.ts';
import type { DeviceError, DeviceResult, DeviceUsage } from '../../domain/device-usage.ts';
import type { Imei } from '../../domain/imei.ts';
import type { KeyValueStore } from '../../domain/key-values.ts';
import type { SharedLimits } from '../../domain/shared-limits.ts';
import type { SharedLocks } from '../../domain/shared-locks.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { UsageTotals } from '../../domain/usage-totals.ts';
import type { ReceivedMessage, AsyncReport, AsyncReportStatus } from '../async-report.ts';
import type { IdempotencyKeys, KeyLease } from '../idempotency.ts';
import type { PoolUse, ReadLimits } from './database.ts';
import type { FleetStore } from './fleet-store.ts';
import type { Page, PageQuery } from './page.ts';
import type { RecordStore } from './record-store.ts';

/** A report to store. Times are epoch milliseconds. */
export interface NewAsyncReport extends AcceptedReport {
  readonly accountNumber: AccountNumber;
  /** The principal that the report belongs to; empty if everyone with access to the account may see it. */
  readonly owner: string;
  /** The requested input as JSON text; returned unchanged. */
  readonly inputJson: string;
  /** The requested devices; null for a whole account. */
  readonly expectedImeis: readonly Imei[] | null;
  /** Whether filters can remove requested devices. */
  readonly isFiltered: boolean;
  /** The lease to settle in the same commit; null if there is none. */
  readonly lease: KeyLease | null;
}

/** Selects reports of an account and owner. */
export interface AsyncReportFilter {
  readonly accountNumber: AccountNumber;
  readonly owner: string;
  /** Null for every status. */
  readonly status: AsyncReportStatus | null;
}

/** What a batch of messages changed. */
export interface RecordOutcome {
  /** Messages that changed a row. */
  readonly fresh: number;
  /** Messages that changed nothing. */
  readonly repeated: number;
  /** Fresh messages for transactions without a report. */
  readonly unknown: number;
  /** Transactions without a report for whose messages there was no room. Nothing of these was recorded. */
  readonly refused: ReadonlySet<string>;
}

/** Whether messages of unknown transactions are refused if those take all the room that they may. */
export type UnknownRoom = 'limited' | 'unlimited';

/** A callback body that could not be read or recorded. */
export interface DeadLetter {
  readonly reason: string;
  /** Its text, or its bytes if it is not valid UTF-8 or contains NUL. */
  readonly body: string | Uint8Array;
  readonly receivedAtMs: number;
}

/** Counts of messages that are not in a report. All but `stored…` count since the database was created. */
export interface DeadLetterCounts {
  readonly deadLetters: number;
  readonly storedDeadLetters: number;
  /** Errors without an IMEI beyond the first 1,000 of a report. */
  readonly errorsLeftOut: number;
  readonly unknownMessages: number;
  readonly storedUnknownTransactions: number;
  /** Approximate bytes of those transactions and their messages. */
  readonly storedUnknownBytes: number;
}

/** How many reports have each status, and when the oldest was requested that can still change; null if there is none. */
export interface StatusCounts {
  readonly counts: Readonly<Record<AsyncReportStatus, number>>;
  readonly oldestOpenMs: number | null;
}

/** How much expired data was removed; `claims` counts idempotency keys, `bodies` dead letters. */
export interface RetentionOutcome {
  readonly requests: number;
  readonly unknownTransactions: number;
  readonly bodies: number;
  readonly claims: number;
}

/** What an erasure removed. */
export interface ErasureOutcome {
  /** Reports, and transactions without one, that had the device. */
  readonly reports: number;
  /** Those of them that are not complete, so that the platform can still send messages about the device. */
  readonly openReports: number;
  /** Rows that were removed, or in which the IMEI was replaced. */
  readonly rows: number;
  /** Days of which the usage of the device was recorded. */
  readonly recordedDays: number;
  readonly deadLetters: number;
  /** Uploaded lists, and parts of fleet reports that were not sent, that had the device. */
  readonly lists: number;
}

/** The database of asynchronous reports. Every promise may reject with a StoreError. */
export interface ReportStore extends IdempotencyKeys {
  /**
   * Stores an accepted report, with messages that arrived before. Adding it again with the same lease changes nothing. Rejects
   * with TXID_TAKEN if the txid belongs to another account, owner or lease.
   */
  add(report: NewAsyncReport): Promise<AsyncReport>;

  /**
   * Records messages in one commit. Their order makes no difference (`reported-twice.ts`). Resolves when they are on disk. Unless
   * `room` is unlimited, messages of unknown transactions are refused if these take CALLBACK_UNKNOWN_MAX_BYTES.
   */
  recordMessages(messages: readonly ReceivedMessage[], room?: UnknownRoom): Promise<RecordOutcome>;
  /** Stores a dead letter whole. If there are too many, or too many bytes of them, the oldest are removed. */
  addDeadLetter(letter: DeadLetter): Promise<void>;
  /** Returns stored dead letters, newest first. */
  deadLetters(first: number): Promise<readonly DeadLetter[]>;
  deadLetterCounts(): Promise<DeadLetterCounts>;

  /** How many of the reads below to run at once. Those of callers wait for their turn in a `ReadQueue`. */
  readonly readLimits: ReadLimits;
  /** Returns the report as of now; null if it does not exist or belongs to another account. `accountNumber` null: any account. */
  find(txid: string, accountNumber: AccountNumber | null): Promise<AsyncReport | null>;
  /** Returns reports of an account, newest first. Rejects with BAD_CURSOR. */
  list(filter: AsyncReportFilter, page: PageQuery): Promise<Page<AsyncReport>>;
  count(filter: AsyncReportFilter): Promise<number>;
  /** Returns how many reports of an account are stored, whoever owns them: as many rows as `count` goes through. It is cheap. */
  countStored(accountNumber: AccountNumber): Promise<number>;

  /** Counts the reports of all accounts that were requested since then: it goes through all of them. */
  countByStatus(sinceMs: number): Promise<StatusCounts>;
  /** The connections to the database, as they are now; none for SQLite. */
  pools(): readonly PoolUse[];

  // The following functions check only the txid: call `find` with the account first. Pages reject with BAD_CURSOR.

  /** Usage in the given order, or in order of arrival (null). Devices without that value come last. `receivedDevices` has the total. */
  usage(txid: string, orderBy: UsageOrder | null, page: PageQuery): Promise<Page<DeviceUsage>>;
  /** Usage of devices that were not requested, in order of arrival. `unexpectedDevices` has the total. */
  unexpected(txid: string, page: PageQuery): Promise<Page<DeviceUsage>>;
  /** Errors in order of arrival. `errorRows` has the total. */
  errors(txid: string, page: PageQuery): Promise<Page<DeviceError>>;
  /** Requested devices without usage or error, by IMEI. `missingDevices` has the total. */
  missing(txid: string, page: PageQuery): Promise<Page<Imei>>;
  /** The known numbers of bytes, ascending; one for each device with usage. */
  sortedBytes(txid: string): Promise<readonly number[]>;
  /** Exact sums. A sum over 2^53-1 is null. */
  totals(txid: string): Promise<UsageTotals>;
  /** Bytes per device at each percentile (0 to 100, nearest rank). Empty if no device has a value. */
  bytesPercentiles(txid: string, percentiles: readonly number[]): Promise<readonly number[]>;
  /** Every usage and error once, except those of devices that were not requested, by IMEI, in batches of at most 200 rows. `isListed`: whether the report names its devices. No transaction is open between batches. */
  results(txid: string, isListed: boolean): AsyncIterable<readonly DeviceResult[]>;

  /** Calls `listener` after each commit that changed the report, and after any gap in notifications. Returns the function that stops it. */
  subscribe(txid: string, listener: () => void): () => void;

  /** Removes everything older than the retention, in bounded steps. */
  removeExpired(): Promise<RetentionOutcome>;
  /** Removes everything that is stored about a device, in bounded steps. Its reports stay, without it. */
  eraseDevice(imei: Imei): Promise<ErasureOutcome>;
  /** A text that is new after each erasure; null if there was none. */
  lastErasure(): Promise<string | null>;
  /** Calls `listener` after each erasure, and after any gap in notifications. Returns the function that stops it. */
  onErasure(listener: () => void): () => void;
  readonly fleets: FleetStore;
  /** Usage that is recorded day by day. */
  readonly record: RecordStore;
  readonly keyValues: KeyValueStore;
  /** What the servers on this database take turns with. Null on SQLite, which belongs to one server. */
  readonly locks: SharedLocks | null;
  /** What the servers on this database limit together; null on SQLite. */
  readonly limits: SharedLimits | null;
  close(): Promise<void>;
}
