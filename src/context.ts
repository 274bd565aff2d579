import type { ReportReads } from './async-reports/live/cached-reads.ts';
import type { ReportWatches } from './async-reports/live/watches.ts';
import type { SubmitOnce } from './async-reports/submit-once.ts';
import type { Access } from './domain/access.ts';
import type { AccountNumber } from './domain/account.ts';
import type { CallbackAddress } from './domain/callback-address.ts';
import type { Deadline, CancelSignal } from './domain/deadline.ts';
import type { Warning } from './domain/errors.ts';
import type { RequestReport } from './reports/aggregated-report-request.ts';
import type { OperationLoaders } from './reports/batching/report-loaders.ts';
import type { CallbackListeners } from './reports/callback-listeners.ts';
import type { ListenerCheck } from './reports/listener-check.ts';
import type { Operation } from './reports/operation.ts';

/** What is known of an operation before it runs. */
export interface OperationStart {
  readonly access: Access;
  readonly signal: CancelSignal;
  readonly mayUseCache: boolean;
  /** A header of its request; null where it was not sent. */
  readonly header: (name: string) => string | null;
}

/** What the lists of an answer take; each event of a subscription is an answer, known by its root value. */
export interface ResponseSize {
  root: unknown;
  bytes: number;
}

/** What the resolvers of one operation work with. */
export interface OperationContext {
  readonly access: Access;
  /** The account where a query names none. */
  readonly accountNumber: AccountNumber | null;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The most upstream calls that one operation may cost. */
  readonly maxUpstreamCalls: number;
  readonly deadline: Deadline;
  /** It goes away at the deadline, too. */
  readonly operation: Operation;
  readonly loaders: OperationLoaders;
  readonly requestReport: RequestReport;
  /** The header Idempotency-Key. */
  readonly idempotencyKey: string | null;
  readonly submitOnce: SubmitOnce;
  /** The reads of this operation. */
  readonly openReads: () => ReportReads;
  readonly watches: ReportWatches;
  readonly listeners: CallbackListeners;
  readonly listenerCheck: ListenerCheck;
  readonly callbackAddress: CallbackAddress;
  /** An absolute link, signed and with an end. */
  readonly toDownloadLink: (txid: string, format: 'CSV' | 'JSONL') => string;
  /** Added to while the operation runs. */
  readonly warnings: Warning[];
  /** Added to while the operation runs. */
  readonly responseSize: ResponseSize;
}
