import { createHash } from 'node:crypto';
import type { AccountNumber } from '../domain/account.ts';

/** An idempotency key; it belongs to an account. */
export interface ClaimKey {
  readonly accountNumber: AccountNumber;
  readonly idempotencyKey: string;
}

export interface ClaimRequest extends ClaimKey {
  /** The same text for the same input. */
  readonly inputFingerprint: string;
  /** How long the upstream call can take at most, in milliseconds; after it an unsettled claim is uncertain. */
  readonly leaseMs: number;
}

/** Proof of a claim, for the one who may ask upstream. */
export interface ClaimHolder extends ClaimKey {
  readonly token: string;
}

/**
 * claimed: ask upstream now, then settle with `add`, `release` or `abandon`. pending: someone else asks right now. done: the key's
 * request. conflict: the key came with another input. uncertain: someone asked, and nobody knows whether it arrived.
 */
export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly holder: ClaimHolder }
  | { readonly kind: 'pending'; readonly leaseEndsAtMs: number }
  | { readonly kind: 'done'; readonly txid: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'uncertain'; readonly claimedAtMs: number };

export interface Claims {
  /** Takes the key before the upstream call; of any number at once, on any number of replicas, one is told `claimed`. */
  claim(request: ClaimRequest): Promise<ClaimOutcome>;
  /** Frees the key: the upstream call surely started nothing. */
  release(holder: ClaimHolder): Promise<void>;
  /** Makes the key uncertain at once: the upstream call may have started something. */
  abandon(holder: ClaimHolder): Promise<void>;
  /** Calls back each time a claim of the key is settled, and after any gap in which that may have been missed; returns the way to stop. */
  watchClaim(key: ClaimKey, listener: () => void): () => void;
}

/** A notification's name for what changed of a request. */
export function toReportTopic(txid: string): string {
  return `request ${txid}`;
}

/** A notification's name for a claim that was settled; a digest, for a key may be of any length. */
export function toClaimTopic({ accountNumber, idempotencyKey }: ClaimKey): string {
  return `claim ${accountNumber} ${toDigest(idempotencyKey)}`;
}

/** SHA-256 in hexadecimal. */
export function toDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
