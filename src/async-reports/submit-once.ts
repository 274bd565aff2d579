import type { AccountNumber } from '../domain/account.ts';
import { ReportError } from '../domain/errors.ts';
import type { Imei } from '../domain/imei.ts';
import type { KeyLease, IdempotencyKey, KeyOutcome } from './idempotency.ts';
import type { CancelSignal } from '../domain/deadline.ts';
import type { AsyncReport } from './async-report.ts';
import type { NewAsyncReport, ReportStore } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

/** What the platform said to a request that it took. */
export interface SubmittedReport {
  readonly txid: string;
  readonly status: 'QUEUED' | 'COMPLETED';
  readonly acceptedAtMs: number;
}

export interface Submission {
  readonly accountNumber: AccountNumber;
  /** Whose it is among those who may see the account, as are its idempotency keys; empty for all of them. */
  readonly owner: string;
  /** Null where the caller sent none: then this is a request of its own. */
  readonly idempotencyKey: string | null;
  /** The same text for what asks the same. */
  readonly inputFingerprint: string;
  readonly inputJson: string;
  /** Null for a whole account. */
  readonly expectedImeis: readonly Imei[] | null;
  /** Asks the platform. Rejects with a ReportError that says whether the report may have started. */
  readonly submit: () => Promise<SubmittedReport>;
  /** Who waits for another that holds the same key goes away with it. */
  readonly signal: CancelSignal;
}

/** Places a request and keeps it, or gives the one that its key led to before. Rejects with ReportError or StoreError. */
export type SubmitOnce = (submission: Submission) => Promise<AsyncReport>;

export interface SubmitOnceOptions {
  readonly store: Pick<ReportStore, 'acquire' | 'release' | 'abandon' | 'watchKey' | 'add' | 'find'>;
  readonly now: () => number;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** How long asking the platform and keeping its answer take at most. */
  readonly leaseMs: number;
  readonly newKey: () => string;
}

/** How long after a failed try the platform's answer is tried to be kept again. */
const SAVE_AGAIN_AFTER_MS = [200, 1_000, 3_000];

export function createSubmitOnce({ store, now, after, leaseMs, newKey }: SubmitOnceOptions): SubmitOnce {
  const acquire = async (
    submission: Submission,
    key: IdempotencyKey,
  ): Promise<Exclude<KeyOutcome, { kind: 'pending' }>> => {
    for (;;) {
      const settled = createBell();
      // Before the claim: between the two it could be settled unheard.
      const stop = store.watchKey(key, settled.ring);
      try {
        const { inputFingerprint } = submission;
        const outcome = await store.acquire({ ...key, inputFingerprint, leaseMs });
        if (outcome.kind !== 'pending') return outcome;
        const cancel = after(Math.max(0, outcome.leaseEndsAtMs - now()) + 1, settled.ring);
        await settled.untilRung(submission.signal).finally(cancel);
      } finally {
        stop();
      }
    }
  };

  const save = async (request: NewAsyncReport): Promise<AsyncReport> => {
    for (const pauseMs of SAVE_AGAIN_AFTER_MS) {
      try {
        return await store.add(request);
      } catch (error) {
        if (!(error instanceof StoreError) || error.code === 'TXID_TAKEN') throw error;
      }
      await new Promise<void>((resolve) => after(pauseMs, resolve));
    }
    return store.add(request).catch((error: unknown) => {
      throw error instanceof StoreError ? toUnsavedError(request.txid) : error;
    });
  };

  const submitWithKey = async (submission: Submission, lease: KeyLease): Promise<AsyncReport> => {
    const { accountNumber, owner, inputJson, expectedImeis, submit } = submission;
    const submitted = await submit().catch(async (error: unknown) => {
      const surelyNotStarted = error instanceof ReportError && error.details.mayHaveStarted !== true;
      // The claim's lease says the same a little later, where the store cannot be told now.
      await (surelyNotStarted ? store.release(lease) : store.abandon(lease)).catch(() => null);
      throw error;
    });
    const { txid, status: upstreamStatus, acceptedAtMs } = submitted;
    const request = {
      txid,
      accountNumber,
      owner,
      inputJson,
      expectedImeis,
      acceptedAtMs,
      upstreamStatus,
      lease,
    };
    return save(request).catch(async (error: unknown) => {
      // Who waits for the same key would else hear of it only when the lease ends.
      await store.abandon(lease).catch(() => null);
      throw error;
    });
  };

  return async (submission) => {
    const { accountNumber, owner, idempotencyKey } = submission;
    // Also without a key of the caller's: a store that cannot be written is found before the platform starts anything.
    const ownKey = idempotencyKey ?? newKey();
    // No key has a line feed, so no owner's key is another's.
    const key = { accountNumber, idempotencyKey: owner === '' ? ownKey : `${owner}\n${ownKey}` };
    const outcome = await acquire(submission, key);
    if (outcome.kind === 'acquired') return submitWithKey(submission, outcome.lease);
    const before = outcome.kind === 'done' ? await store.find(outcome.txid, accountNumber) : null;
    if (before === null) throw toKeyError(outcome.kind);
    return before;
  };
}

interface Bell {
  readonly ring: () => void;
  /** Rejects with the reason where the one who waits goes away first. */
  readonly untilRung: (signal: CancelSignal) => Promise<void>;
}

function createBell(): Bell {
  let ring = (): void => undefined;
  const rung = new Promise<void>((resolve) => (ring = resolve));
  return {
    ring: () => ring(),
    untilRung: (signal) =>
      new Promise((resolve, reject) => {
        const unsubscribe = signal.onAbort(reject);
        void rung.then(() => {
          unsubscribe();
          resolve();
        });
      }),
  };
}

function toKeyError(kind: 'done' | 'conflict' | 'uncertain'): ReportError {
  if (kind === 'uncertain') {
    return new ReportError(
      'IDEMPOTENCY_UNCERTAIN',
      'An earlier request with this idempotency key got no usable answer, so the platform may have started it or not. ' +
        'Send another key to ask again, at the risk of a second report.',
      { mayHaveStarted: true },
    );
  }
  return new ReportError(
    'IDEMPOTENCY_CONFLICT',
    kind === 'conflict'
      ? 'This idempotency key came before with another input. Send a new key for a new request.'
      : 'The request of this idempotency key is no longer kept. Send a new key for a new request.',
  );
}

function toUnsavedError(txid: string): ReportError {
  return new ReportError(
    'STORE_UNAVAILABLE',
    `The platform took the request as transaction ${txid}, but it could not be noted here. Its messages are kept as those of ` +
      'an unknown transaction. Have the operator look after the store; asking again starts the report a second time.',
    { mayHaveStarted: true },
  );
}
