import type { Download } from './async-reports/downloads/download-links.ts';
import type { FleetReport } from './async-reports/fleet.ts';
import type { FleetCommands } from './async-reports/fleets/fleet-commands.ts';
import type { ReportWatches } from './async-reports/live/watches.ts';
import type { ReportReads } from './async-reports/reads/report-reads.ts';
import type { StateReads } from './async-reports/reads/shared-reads.ts';
import type { SubmitOnce } from './async-reports/submit-once.ts';
import type { Access } from './domain/access.ts';
import type { AccountNumber } from './domain/account.ts';
import type { AllowancePlan } from './domain/allowance-plans.ts';
import type { CallbackAddress } from './domain/callback-address.ts';
import type { ErrorCount } from './domain/error-limit.ts';
import type { ReportError } from './domain/errors.ts';
import type { ReportRequests } from './domain/report-requests.ts';
import type { ServerStatus } from './domain/server-status.ts';
import type { TimeZones } from './domain/time-zones.ts';
import type { Aborts } from './domain/wait-for.ts';
import type { RequestReport } from './reports/aggregated-report-request.ts';
import type { Computations } from './reports/computations.ts';
import type { OperationLoaders } from './reports/batching/report-loaders.ts';
import type { CallbackListeners } from './reports/callback-listeners.ts';
import type { ListenerCheck } from './reports/listener-check.ts';
import type { Operation } from './reports/operation.ts';
import type { RecordedUsage } from './usage-over-time/recorded-usage.ts';

/** What is known about an operation before it runs. */
export interface OperationStart {
  readonly access: Access;
  /** Identifies the caller as the limits do: the same text for all its requests. */
  readonly principal: () => string;
  /** The id of its request, in the log and in calls to the platform. */
  readonly requestId: string;
  /** Call it when the operation gets a line in the log, so that its request gets none. */
  readonly markLogged: () => void;
  /**
   * Calls the listener once: with true when the response has been sent, with false if its connection closes before that.
   */
  readonly onClose: (listener: (isSent: boolean) => void) => void;
  readonly mayUseCache: boolean;
  /** Whether a federation gateway asks for a trace of the operation. */
  readonly wantsTrace: boolean;
  /** The value of a request header; null if it was not sent. */
  readonly header: (name: string) => string | null;
}

/** A text in the rows of a list, whose length differs from row to row. */
export interface RowText {
  /** Equal for the same text of the same kind of row. */
  readonly path: string;
  /** Its bytes in one row, as JSON. */
  readonly toBytes: (row: unknown) => number;
}

/** How many bytes each row of a list takes at most. */
export interface RowSize {
  /** Without its texts. */
  readonly bytes: number;
  readonly texts: readonly RowText[];
}

/**
 * The bytes of one response without its errors, as counted so far. Each event of a subscription is a response of its own, identified by
 * its root value.
 */
export interface ResponseSize {
  readonly maxBytes: number;
  root: unknown;
  bytes: number;
  /** The bytes of texts in lists, by the list and the path of the text: aliases repeat lists. Null if no list has texts. */
  texts: WeakMap<object, Map<string, number>> | null;
  /** The errors of the first lists that did not fit. The last of them stands for all further ones. */
  readonly tooLarge: Error[];
}

/** What the check before the run found out about a field: what its resolver will ask for, or why it may not run. */
export interface PreparedField {
  readonly asked: unknown;
  readonly error: Error | null;
}

/** What is known about the fields of an operation before it runs, by their nodes in its document. */
export interface PreparedFields {
  readonly fields: Map<object, PreparedField>;
  /** The size of one row of each list. */
  rowSizes: ReadonlyMap<object, RowSize>;
  /** How many fields the operation selects. */
  size: number;
  /** The bytes of the response if every list is empty, at most. */
  bytesWithoutLists: number;
  /** Whether the operation asks for a whole account, which can have 100,000 rows. */
  isForAccount: boolean;
  /** Whether it can make any upstream call. */
  mayMakeCalls: boolean;
  /** Those that its mutations start. Retries add their devices while the operation runs. */
  readonly reportRequests: ReportRequests;
  /** What was parsed from lists in the arguments, by the list and what it was parsed as: aliases repeat lists. Null if there are none. */
  parsedLists: WeakMap<object, Map<string, unknown>> | null;
  /** The series of devices that were planned, by their arguments: aliases repeat them. Null if there are none. */
  deviceSeries: Map<string, unknown> | null;
  /** What planning has taken so far, in rows of a computation. */
  plannedRows: number;
}

/**
 * Ends an operation early: when its client disconnects, its time is over or its token expires. Aborts with REQUEST_CANCELLED,
 * OPERATION_TIMEOUT, UNAUTHENTICATED or SERVER_SHUTTING_DOWN. An operation that waits for nothing creates no signal and no timer.
 */
export interface Cancellation extends Aborts {
  /** Starts the time limit; without this there is none. Call it before `signal` and `onAbort`. */
  readonly startTimeLimit: () => void;
  /** Ends the operation when the server stops, instead of waiting for it: for subscriptions. Call it before `signal` and `onAbort`. */
  readonly endAtShutdown: () => void;
  /** Throws OPERATION_TIMEOUT if the time is over. Call it before work that must not start after that. It creates no signal. */
  readonly rejectIfOver: () => void;
}

/** What the resolvers of one response use, and no other response. */
export interface ResponseParts {
  /** Pays for the upstream calls, and collects warnings. Its signal is that of the operation's `cancellation`. */
  readonly operation: Operation;
  readonly loaders: OperationLoaders;
  /** What is computed from reports. Every call returns the same object. */
  readonly computations: () => Computations;
  /**
   * Spreads a response over turns of the event loop: waits for its turn to resolve so many objects, each with all the fields of the
   * operation. Null if it may go on at once.
   */
  readonly pace: (objects: number) => Promise<void> | null;
}

/** Everything that the resolvers of one operation use. */
export interface OperationContext extends ResponseParts, Pick<OperationStart, 'requestId' | 'markLogged'> {
  readonly access: Access;
  /** As in `OperationStart`. */
  readonly wantsTrace: boolean;
  /** The account to use if an argument names none; null if there is no default. */
  readonly accountNumber: AccountNumber | null;
  /** The time of day, in epoch milliseconds. */
  readonly now: () => number;
  readonly cancellation: Cancellation;
  /** What belongs to one event of a subscription, which is new for each: an event loads, pays and computes as an operation does. */
  readonly forEvent: () => ResponseParts;
  /** Maximum number of rows that the operation may compute with; `computations` holds it to that. */
  readonly maxComputedRows: number;
  readonly timeZones: TimeZones;
  /** Usage that was recorded day by day; null if nothing is. */
  readonly recordedUsage: RecordedUsage | null;
  /** What billing cycles include, of all accounts. */
  readonly allowancePlans: readonly AllowancePlan[];
  readonly requestReport: RequestReport;
  /** The value of the header Idempotency-Key; null if it was not sent. */
  readonly idempotencyKey: string | null;
  readonly submitOnce: SubmitOnce;
  /** Identifies the caller, as in `OperationStart`. */
  readonly principal: () => string;
  /** Reads of stored reports. Every call returns the same object, so that equal reads are made once. */
  readonly openReads: () => ReportReads;
  /** Reads for one event of a subscription, on top of those that it shares with other watchers. Each event has a budget of its own. */
  readonly openEventReads: (ofState: StateReads) => ReportReads;
  /** MAX_STORE_READS. */
  readonly maxStoreReads: number;
  readonly watches: ReportWatches;
  readonly fleets: FleetCommands;
  readonly fleetWatches: ReportWatches<FleetReport>;
  readonly listeners: CallbackListeners;
  readonly listenerCheck: ListenerCheck;
  readonly callbackAddress: CallbackAddress;
  /** The state of this server. */
  readonly serverStatus: () => Promise<ServerStatus>;
  /** The URL of this server as the caller sees it, without a path. */
  readonly toOrigin: () => string;
  /** An absolute, signed URL that expires. */
  readonly toDownloadLink: (download: Download) => string;
  /** Filled before the operation runs. */
  readonly prepared: PreparedFields;
  /** Updated while the operation runs. */
  readonly responseSize: ResponseSize;
  /** Returns RESPONSES_UNREAD if the caller has too much unread to run another operation, else null. */
  readonly checkUnread: () => ReportError | null;
  /** Counts the response until it has been sent; returns RESPONSES_UNREAD if the caller has too much unread. */
  readonly addUnread: () => ReportError | null;
  /** Updated while the operation runs. */
  readonly errorCount: ErrorCount;
}
