import type { AcceptedReport } from '../domain/accepted-report.ts';
import type { AccountNumber } from '../domain/account.ts';
import { createDeferred } from '../domain/deferred.ts';
import { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { OperationTrace } from '../telemetry/traces.ts';
import { toOnAbort, waitFor } from '../domain/wait-for.ts';
import type { AsyncReport } from './async-report.ts';
import type { KeyLease, IdempotencyKey, KeyOutcome } from './idempotency.ts';
import { recordSubmission } from './recorded-commits.ts';
import type { NewAsyncReport, ReportStore } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** A report to start, and how to start it. */
export interface Submission {
  readonly accountNumber: AccountNumber;
  /** The principal that the report belongs to; empty if everyone with access to the account shares it. */
  readonly owner: string;
  /** The principal that the idempotency key belongs to; empty if callers are not identified. */
  readonly keyOwner: string;
  /** Null if the client sent none; then this submission starts a new report. */
  readonly idempotencyKey: string | null;
  /** A text that is equal for equal inputs. */
  readonly inputFingerprint: string;
  readonly inputJson: string;
  /** The requested devices; null for a whole account. */
  readonly expectedImeis: readonly Imei[] | null;
  /** Whether filters can remove requested devices. */
  readonly isFiltered: boolean;
  /** Records the commits; null if traces are turned off. */
  readonly trace: OperationTrace | null;
  /** Makes the upstream call. Rejects with a ReportError that says in `mayHaveStarted` whether the report may have started. */
  readonly submit: () => Promise<AcceptedReport>;
  /** Stops waiting for another submission with the same key. It does not stop the upstream call. */
  readonly signal: AbortSignal;
}

/** Starts a report and saves it, or returns the report that the same key started before. Rejects with ReportError or StoreError. */
export type SubmitOnce = (submission: Submission) => Promise<AsyncReport>;

/** The reports that are being started. */
export interface Submissions {
  readonly submitOnce: SubmitOnce;
  /** Resolves when every report that the platform may be starting is saved, or cannot be, so that no transaction id is lost. */
  settle(): Promise<void>;
}

export interface SubmitOnceOptions {
  readonly store: Pick<ReportStore, 'acquire' | 'release' | 'abandon' | 'watchKey' | 'add' | 'find'>;
  readonly now: () => number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** The longest that the upstream call and saving its result can take. */
  readonly leaseMs: number;
  readonly newKey: () => string;
}

/** Pauses before an accepted report is saved again after a failure. */
const SAVE_RETRY_PAUSES_MS = [200, 1_000, 3_000];

/** Creates the function that starts each report once, also across servers that share a database. */
export function createSubmissions({ store, now, after, leaseMs, newKey }: SubmitOnceOptions): Submissions {
  const inProgress = new Set<Promise<AsyncReport>>();
  const acquire = async (
    submission: Submission,
    key: IdempotencyKey,
  ): Promise<Exclude<KeyOutcome, { kind: 'pending' }>> => {
    for (;;) {
      const settled = createBell();
      // Watch before acquiring: otherwise the other lease could be settled unnoticed between the two.
      const stop = store.watchKey(key, settled.ring);
      try {
        const { inputFingerprint, idempotencyKey, owner, keyOwner } = submission;
        const sharedKey = keyOwner === owner ? null : idempotencyKey;
        const { acquire: reserve } = recordSubmission(store, submission.trace);
        const outcome = await reserve({ ...key, sharedKey, inputFingerprint, leaseMs });
        if (outcome.kind !== 'pending') return outcome;
        const cancel = after(Math.max(0, outcome.leaseEndsAtMs - now()) + 1, settled.ring);
        await waitFor(settled.rung, toOnAbort(submission.signal)).finally(cancel);
      } finally {
        stop();
      }
    }
  };

  const save = async (report: NewAsyncReport, trace: OperationTrace | null): Promise<AsyncReport> => {
    const { add } = recordSubmission(store, trace);
    for (const pauseMs of SAVE_RETRY_PAUSES_MS) {
      try {
        return await add(report);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.code === 'TXID_TAKEN') throw toReusedError(report.txid);
      }
      await new Promise<void>((resolve) => after(pauseMs, resolve));
    }
    return add(report).catch((error: unknown) => {
      throw error instanceof StoreError ? toUnsavedError(report.txid) : error;
    });
  };

  const submitWithKey = async (submission: Submission, lease: KeyLease): Promise<AsyncReport> => {
    const { accountNumber, owner, inputJson, expectedImeis, isFiltered, submit } = submission;
    const accepted = await submit().catch(async (error: unknown) => {
      const certainlyNotStarted = error instanceof ReportError && error.details.mayHaveStarted !== true;
      // If this fails too, the key becomes uncertain when its lease ends.
      await (certainlyNotStarted ? store.release(lease) : store.abandon(lease)).catch(() => null);
      throw error;
    });
    const report = { ...accepted, accountNumber, owner, inputJson, expectedImeis, isFiltered, lease };
    return save(report, submission.trace).catch(async (error: unknown) => {
      // Otherwise those waiting for the same key would wait until the lease ends.
      await store.abandon(lease).catch(() => null);
      throw error;
    });
  };

  const submitOnce: SubmitOnce = async (submission) => {
    const { accountNumber, keyOwner, idempotencyKey } = submission;
    // Acquire a key even if the client sent none: if the database cannot be written, this fails before the platform starts anything.
    const ownKey = idempotencyKey ?? newKey();
    // Keys contain no line feed, so the keys of two owners are never equal.
    const key = { accountNumber, idempotencyKey: keyOwner === '' ? ownKey : `${keyOwner}\n${ownKey}` };
    const outcome = await acquire(submission, key);
    if (outcome.kind === 'acquired') {
      const submitting = submitWithKey(submission, outcome.lease);
      inProgress.add(submitting);
      return submitting.finally(() => inProgress.delete(submitting));
    }
    const before = outcome.kind === 'done' ? await store.find(outcome.txid, accountNumber) : null;
    if (before === null) throw toKeyError(outcome.kind);
    return before;
  };

  return {
    submitOnce,
    async settle() {
      await Promise.allSettled(inProgress);
    },
  };
}

interface Bell {
  readonly ring: () => void;
  readonly rung: Promise<void>;
}

function createBell(): Bell {
  const { promise: rung, resolve } = createDeferred<undefined>();
  return { ring: () => resolve(undefined), rung };
}

function toKeyError(kind: 'done' | 'conflict' | 'uncertain'): ReportError {
  if (kind === 'uncertain') {
    return new ReportError(
      'IDEMPOTENCY_UNCERTAIN',
      'An earlier request with this idempotency key got no usable response, so the platform may have started its report or not. ' +
        'Send a new key to request it again; this can start a second report.',
      { mayHaveStarted: true },
    );
  }
  return new ReportError(
    'IDEMPOTENCY_CONFLICT',
    kind === 'conflict'
      ? 'This idempotency key was used before with different input. Send a new key for a new report.'
      : 'The report of this idempotency key is no longer stored. Send a new key for a new report.',
  );
}

function toReusedError(txid: string): ReportError {
  return new ReportError(
    'UPSTREAM_TXID_REUSED',
    `The platform gave this request the transaction ${txid}, which belongs to an earlier request. Their messages cannot be told apart, so ` +
      'the results of this request cannot be read. Request the report again with a new key, and report this to ThingSpace.',
    { mayHaveStarted: true },
  );
}

function toUnsavedError(txid: string): ReportError {
  return new ReportError(
    'STORE_UNAVAILABLE',
    `The platform accepted the report as transaction ${txid}, but this server could not save it. Its messages are stored as those of ` +
      'an unknown transaction. Have the operator check the database. Requesting the report again starts a second one.',
    { mayHaveStarted: true },
  );
}
