import type { AccountNumber } from '../../domain/account.ts';
import type { Imei } from '../../domain/imei.ts';
import type { UsageOrder } from '../../domain/usage-order.ts';
import type { Usage, UsageTotals } from '../../domain/usage-totals.ts';
import type { IdempotencyKeys, KeyLease } from '../idempotency.ts';
import type { KeyValueStore } from './key-values.ts';
import type { DeviceErrorText, ReceivedMessage, AsyncReport, AsyncReportStatus } from '../async-report.ts';

export interface NewAsyncReport {
  readonly txid: string;
  readonly accountNumber: AccountNumber;
  /** Whose it is among those who may see the account; empty for all of them. */
  readonly owner: string;
  /** What was asked for, as JSON text; given back as it is. */
  readonly inputJson: string;
  /** Each device once; null for a whole account. */
  readonly expectedImeis: readonly Imei[] | null;
  readonly acceptedAtMs: number;
  readonly upstreamStatus: 'QUEUED' | 'COMPLETED';
  /** The claim that is settled with it, in the same commit; null where no key was sent. */
  readonly lease: KeyLease | null;
}

/** Which rows of a list: the first `first` (1 or more) behind the cursor `after`, or from the start. */
export interface PageQuery {
  readonly first: number;
  readonly after: string | null;
}

export interface Row<T> {
  readonly cursor: string;
  readonly node: T;
}

export interface Page<T> {
  readonly rows: readonly Row<T>[];
  readonly hasNextPage: boolean;
}

export interface AsyncReportFilter {
  readonly accountNumber: AccountNumber;
  readonly owner: string;
  /** Null for every status. */
  readonly status: AsyncReportStatus | null;
}

export interface StoredUsage extends Usage {
  readonly kind: 'usage';
  readonly imei: Imei;
  readonly receivedAtMs: number;
}

export interface StoredError extends DeviceErrorText {
  readonly kind: 'error';
  readonly imei: Imei | null;
  readonly receivedAtMs: number;
}

/** How many messages of a batch were new, how many changed nothing, and how many of the new ones no request waits for yet. */
export interface RecordOutcome {
  readonly fresh: number;
  readonly repeated: number;
  readonly unknown: number;
}

/** A body that is no callback message. */
export interface UnreadableBody {
  readonly reason: string;
  readonly body: string;
  readonly receivedAtMs: number;
}

/** What could not be given to a request; all but `kept…` count from the store's beginning. */
export interface DeadLetterCounts {
  readonly deadLetters: number;
  readonly storedDeadLetters: number;
  readonly unknownMessages: number;
  readonly storedUnknownTransactions: number;
  /** Messages for unknown transactions that had to make room for newer ones. */
  readonly droppedUnknownMessages: number;
}

export interface RetentionOutcome {
  readonly requests: number;
  readonly unknownTransactions: number;
  readonly bodies: number;
  readonly claims: number;
}

/** Where asynchronous reports are kept. Every promise may reject with a StoreError. */
export interface ReportStore extends IdempotencyKeys {
  /** Keeps an accepted request, and gives it what came before it; the same txid again changes nothing. Rejects with TXID_TAKEN for another account's or owner's. */
  add(request: NewAsyncReport): Promise<AsyncReport>;

  /** Records all messages in one commit, in any order; a device's first usage stays, and replaces an error. Resolves once they are durable. */
  recordMessages(messages: readonly ReceivedMessage[]): Promise<RecordOutcome>;
  /** Keeps a body that nobody can read, cut to the configured length, in place of the oldest where there is no room. */
  addDeadLetter(body: UnreadableBody): Promise<void>;
  /** The newest unreadable bodies that are kept, newest first. */
  deadLetters(first: number): Promise<readonly UnreadableBody[]>;
  deadLetterCounts(): Promise<DeadLetterCounts>;

  /** The request as of now; null where there is none, or where it is not the named account's (null: any account's). */
  find(txid: string, accountNumber: AccountNumber | null): Promise<AsyncReport | null>;
  /** An account's requests, newest first. Rejects with BAD_CURSOR. */
  list(filter: AsyncReportFilter, page: PageQuery): Promise<Page<AsyncReport>>;
  count(filter: AsyncReportFilter): Promise<number>;

  // The rest reads by txid alone: `find` with the caller's account comes first. Rejects with BAD_CURSOR.
  /** Usage in the order given, or as it arrived (null); devices without the figure come last. The total is `receivedDevices`. */
  usage(txid: string, orderBy: UsageOrder | null, page: PageQuery): Promise<Page<StoredUsage>>;
  /** Errors as they arrived; the total is `errorRows`. */
  errors(txid: string, page: PageQuery): Promise<Page<StoredError>>;
  /** Devices asked for that have neither, by IMEI; the total is `missingDevices`. */
  missing(txid: string, page: PageQuery): Promise<Page<Imei>>;
  /** Exact sums; rejects with ReportError UPSTREAM_UNAVAILABLE where one passes 2^53-1. */
  totals(txid: string): Promise<UsageTotals>;
  /** Bytes a device at each percentile (0 to 100, nearest rank); empty where no figure is known. */
  bytesPercentiles(txid: string, percentiles: readonly number[]): Promise<readonly number[]>;
  /** Every usage and error once, by IMEI, in batches of at most a thousand; holds no transaction between them. */
  results(txid: string): AsyncIterable<readonly (StoredUsage | StoredError)[]>;

  /** Calls back after each commit that touched the request, and after any gap in which one may have been missed; returns the way to stop. */
  subscribe(txid: string, listener: () => void): () => void;

  /** Removes what is older than the retention, in bounded steps. */
  removeExpired(): Promise<RetentionOutcome>;
  readonly keyValues: KeyValueStore;
  close(): Promise<void>;
}
