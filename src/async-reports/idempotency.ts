import { createHash } from 'node:crypto';
import type { AccountNumber } from '../domain/account.ts';

/** An idempotency key; it belongs to an account. */
export interface IdempotencyKey {
  readonly accountNumber: AccountNumber;
  readonly idempotencyKey: string;
}

export interface KeyRequest extends IdempotencyKey {
  /** The same text for the same input. */
  readonly inputFingerprint: string;
  /** How long the upstream call can take at most, in milliseconds; after it an unsettled claim is uncertain. */
  readonly leaseMs: number;
}

/** Proof of a claim, for the one who may ask upstream. */
export interface KeyLease extends IdempotencyKey {
  readonly token: string;
}

/**
 * claimed: ask upstream now, then settle with `add`, `release` or `abandon`. pending: someone else asks right now. done: the key's
 * request. conflict: the key came with another input. uncertain: someone asked, and nobody knows whether it arrived.
 */
export type KeyOutcome =
  | { readonly kind: 'acquired'; readonly lease: KeyLease }
  | { readonly kind: 'pending'; readonly leaseEndsAtMs: number }
  | { readonly kind: 'done'; readonly txid: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'uncertain'; readonly acquiredAtMs: number };

export interface IdempotencyKeys {
  /** Takes the key before the upstream call; of any number at once, on any number of replicas, one is told `claimed`. */
  acquire(request: KeyRequest): Promise<KeyOutcome>;
  /** Frees the key: the upstream call surely started nothing. */
  release(lease: KeyLease): Promise<void>;
  /** Makes the key uncertain at once: the upstream call may have started something. */
  abandon(lease: KeyLease): Promise<void>;
  /** Calls back each time a claim of the key is settled, and after any gap in which that may have been missed; returns the way to stop. */
  watchKey(key: IdempotencyKey, listener: () => void): () => void;
}

/** A notification's name for what changed of a request. */
export function toReportTopic(txid: string): string {
  return `request ${txid}`;
}

/** A notification's name for a claim that was settled; a digest, for a key may be of any length. */
export function toKeyTopic({ accountNumber, idempotencyKey }: IdempotencyKey): string {
  return `claim ${accountNumber} ${toDigest(idempotencyKey)}`;
}

/** SHA-256 in hexadecimal. */
export function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
