import { hash } from 'node:crypto';
import type { AccountNumber } from '../domain/account.ts';

/** An idempotency key. The same text on another account is another key. */
export interface IdempotencyKey {
  readonly accountNumber: AccountNumber;
  readonly idempotencyKey: string;
}

/** A request for the lease of an idempotency key. */
export interface KeyRequest extends IdempotencyKey {
  /**
   * The key as earlier versions stored it: for all principals of the account. If it is stored with the same input, it is honoured, so
   * that nothing starts twice. Nothing is stored under it any more. Null or omitted if there can be none.
   */
  readonly sharedKey?: string | null;
  /** A text that is equal for equal inputs. */
  readonly inputFingerprint: string;
  /** The longest that the upstream call can take, in milliseconds. A lease that is not settled by then is uncertain. */
  readonly leaseMs: number;
}

/** Proof that the holder, and nobody else, may make the upstream call. */
export interface KeyLease extends IdempotencyKey {
  readonly token: string;
}

/**
 * acquired: make the upstream call now, then settle the lease with `add`, `release` or `abandon`.
 * pending: another request holds the lease.
 * done: the key led to this report.
 * conflict: the key was used with different input.
 * uncertain: an earlier upstream call may or may not have started a report.
 */
export type KeyOutcome =
  | { readonly kind: 'acquired'; readonly lease: KeyLease }
  | { readonly kind: 'pending'; readonly leaseEndsAtMs: number }
  | { readonly kind: 'done'; readonly txid: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'uncertain'; readonly acquiredAtMs: number };

/** Leases of idempotency keys. Every promise may reject with a StoreError. */
export interface IdempotencyKeys {
  /** Acquires the key before the upstream call. Of any number of simultaneous requests, on any number of servers, one gets `acquired`. */
  acquire(request: KeyRequest): Promise<KeyOutcome>;
  /** Frees the key. Call this if the upstream call certainly started nothing. */
  release(lease: KeyLease): Promise<void>;
  /** Makes the key uncertain at once. Call this if the upstream call may have started a report. */
  abandon(lease: KeyLease): Promise<void>;
  /** Calls `listener` each time a lease of the key is settled, and after any gap in notifications. Returns the function that stops it. */
  watchKey(key: IdempotencyKey, listener: () => void): () => void;
}

/** Returns the notification topic for changes of a report. */
export function toReportTopic(txid: string): string {
  return `request ${txid}`;
}

/** Returns the notification topic for a settled lease. It contains a digest because a key can be of any length. */
export function toKeyTopic({ accountNumber, idempotencyKey }: IdempotencyKey): string {
  return `claim ${accountNumber} ${hash('sha256', idempotencyKey)}`;
}
