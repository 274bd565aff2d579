import { createHash } from 'node:crypto';
import type { ClaimKey } from './idempotency.ts';

/** A notification's name for what changed of a request. */
export function toRequestTopic(txid: string): string {
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
