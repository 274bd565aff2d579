import type { ReportReads } from './async-reports/live/cached-reads.ts';
import type { ReportWatches } from './async-reports/live/watches.ts';
import type { SubmitOnce } from './async-reports/submit-once.ts';
import type { Access } from './domain/access.ts';
import type { AccountNumber } from './domain/account.ts';
import type { CallbackAddress } from './domain/callback-address.ts';
import type { RequestReport } from './reports/aggregated-report-request.ts';
import type { OperationLoaders } from './reports/batching/report-loaders.ts';
import type { CallbackListeners } from './reports/callback-listeners.ts';
import type { ListenerCheck } from './reports/listener-check.ts';
import type { Operation } from './reports/operation.ts';

/** What is known about an operation before it runs. */
export interface OperationStart {
  readonly access: Access;
  /** Identifies the caller as the limits do: the same text for all its requests. */
  readonly principal: () => string;
  /**
   * Calls the listener once: with true when the response has been sent, with false if its connection closes before that.
   */
  readonly onClose: (listener: (isSent: boolean) => void) => void;
  readonly mayUseCache: boolean;
  /** The value of a request header; null if it was not sent. */
  readonly header: (name: string) => string | null;
}

/**
 * The estimated size of all lists in one response, in bytes. Each event of a subscription is a response of its own, identified by
 * its root value.
 */
export interface ResponseSize {
  root: unknown;
  bytes: number;
}

/** What the check before the run found out about a field: what its resolver will ask for, or why it may not run. */
export interface PreparedField {
  readonly asked: unknown;
  readonly error: Error | null;
}

/** What is known about the fields of an operation before it runs, by their nodes in its document. */
export interface PreparedFields {
  readonly fields: Map<object, PreparedField>;
  /** The estimated size of one row of each list, in bytes. */
  rowBytes: ReadonlyMap<object, number>;
  /** Whether it can make any upstream call. */
  mayMakeCalls: boolean;
}

/** Ends an operation early: when its client disconnects, its time is over or its token expires. */
export interface Cancellation {
  /**
   * Aborts with REQUEST_CANCELLED, OPERATION_TIMEOUT or UNAUTHENTICATED. Created at the first call, because an operation that waits
   * for nothing does not need one. Every call returns the same signal.
   */
  readonly signal: () => AbortSignal;
  /** Starts the time limit; without this there is none. Call it before `signal`. */
  readonly startTimeLimit: () => void;
  /** Throws OPERATION_TIMEOUT if the time is over. Call it before work that must not start after that. It creates no signal. */
  readonly rejectIfOver: () => void;
}

/** Everything that the resolvers of one operation use. */
export interface OperationContext {
  readonly access: Access;
  /** The account to use if an argument names none; null if there is no default. */
  readonly accountNumber: AccountNumber | null;
  /** The time of day, in epoch milliseconds. */
  readonly now: () => number;
  readonly cancellation: Cancellation;
  /** Pays for the upstream calls, and collects warnings. Its signal is that of `cancellation`. */
  readonly operation: Operation;
  readonly loaders: OperationLoaders;
  readonly requestReport: RequestReport;
  /** The value of the header Idempotency-Key; null if it was not sent. */
  readonly idempotencyKey: string | null;
  readonly submitOnce: SubmitOnce;
  /** Reads of stored reports. Every call returns the same object, so that equal reads are made once. */
  readonly openReads: () => ReportReads;
  readonly watches: ReportWatches;
  readonly listeners: CallbackListeners;
  readonly listenerCheck: ListenerCheck;
  readonly callbackAddress: CallbackAddress;
  /** The URL of this server as the caller sees it, without a path. */
  readonly toOrigin: () => string;
  /** An absolute, signed URL that expires. */
  readonly toDownloadLink: (txid: string, format: 'CSV' | 'JSONL') => string;
  /** Filled before the operation runs. */
  readonly prepared: PreparedFields;
  /** Updated while the operation runs. */
  readonly responseSize: ResponseSize;
}
