import { sql, type RawBuilder } from 'kysely';
import {
  type IdempotencyKeys,
  type KeyLease,
  type KeyOutcome,
  type KeyRequest,
  toKeyTopic,
  toDigest,
} from '../idempotency.ts';
import type { Database, Transaction } from './database.ts';
import type { IdempotencyKeyRow } from './tables.ts';

export interface IdempotencyKeysOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly newToken: () => string;
}

/** Idempotency keys in the database; keys and inputs are kept as digests only. */
export function createIdempotencyKeys({ database, now, newToken }: IdempotencyKeysOptions): IdempotencyKeys {
  return {
    acquire: (request) =>
      database.write((transaction) => take(transaction, request, { token: newToken(), nowMs: now() })),
    async release(lease) {
      await database.write(async (transaction) => {
        await transaction.tables.deleteFrom('claims').where(isHeld(lease)).where('txid', 'is', null).execute();
        transaction.notify(toKeyTopic(lease));
      });
    },
    async abandon(lease) {
      await database.write(async (transaction) => {
        await transaction.tables
          .updateTable('claims')
          .set({ lease_ends_at: now() })
          .where(isHeld(lease))
          .where('txid', 'is', null)
          .execute();
        transaction.notify(toKeyTopic(lease));
      });
    },
    watchKey: (key, listener) => database.subscribe(toKeyTopic(key), listener),
  };
}

/** Notes the request that a claim led to, unless someone has taken the claim over meanwhile. */
export function settleKey(transaction: Transaction, lease: KeyLease, txid: string): void {
  transaction.later(transaction.tables.updateTable('claims').set({ txid }).where(isHeld(lease)));
  transaction.notify(toKeyTopic(lease));
}

function isHeld({ accountNumber, idempotencyKey, token }: KeyLease): RawBuilder<boolean> {
  return sql`account_number = ${accountNumber} AND key_digest = ${toDigest(idempotencyKey)} AND token = ${token}`;
}

async function take(
  { tables, locksRows }: Transaction,
  request: KeyRequest,
  { token, nowMs }: { token: string; nowMs: number },
): Promise<KeyOutcome> {
  const { accountNumber, idempotencyKey, inputFingerprint, leaseMs } = request;
  const wanted: IdempotencyKeyRow = {
    account_number: accountNumber,
    key_digest: toDigest(idempotencyKey),
    input_digest: toDigest(inputFingerprint),
    token,
    claimed_at: nowMs,
    lease_ends_at: nowMs + leaseMs,
    txid: null,
  };
  for (;;) {
    const inserted = await tables
      .insertInto('claims')
      .values(wanted)
      .onConflict((conflict) => conflict.columns(['account_number', 'key_digest']).doNothing())
      .returning('token')
      .executeTakeFirst();
    if (inserted !== undefined) return { kind: 'acquired', lease: { accountNumber, idempotencyKey, token } };
    const standing = await tables
      .selectFrom('claims')
      .selectAll()
      .where('account_number', '=', wanted.account_number)
      .where('key_digest', '=', wanted.key_digest)
      .$if(locksRows, (query) => query.forUpdate())
      .executeTakeFirst();
    // Else it was released between the two statements, and is free for the next round.
    if (standing !== undefined) return toOutcome(standing, wanted);
  }
}

/** What a claim that stands means for another one of the same key. */
function toOutcome(standing: IdempotencyKeyRow, wanted: IdempotencyKeyRow): Exclude<KeyOutcome, { kind: 'acquired' }> {
  if (standing.input_digest !== wanted.input_digest) return { kind: 'conflict' };
  if (standing.txid !== null) return { kind: 'done', txid: standing.txid };
  if (standing.lease_ends_at > wanted.claimed_at) return { kind: 'pending', leaseEndsAtMs: standing.lease_ends_at };
  return { kind: 'uncertain', acquiredAtMs: standing.claimed_at };
}
