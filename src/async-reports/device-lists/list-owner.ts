// A file of its own: lists and idempotency keys belong to callers by one rule.
import type { Access } from '../../domain/access.ts';

/** The principal that lists and idempotency keys belong to; empty if callers are not identified. */
export function toKeyOwner({ owner, principal }: Pick<Access, 'owner' | 'principal'>): string {
  return owner === '' ? (principal ?? '') : owner;
}
