import { hash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { type IdempotencyKeys, type KeyLease, type KeyOutcome, type KeyRequest, toKeyTopic } from '../idempotency.ts';
import type { Database, Transaction } from './database.ts';
import type { IdempotencyKeyRow } from './tables.ts';

export interface IdempotencyKeysOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly newToken: () => string;
}

/** Keeps idempotency keys in the database. Keys and inputs are stored as digests only. */
export function createIdempotencyKeys({ database, now, newToken }: IdempotencyKeysOptions): IdempotencyKeys {
  return {
    acquire: (request) =>
      database.write((transaction) => takeKey(transaction, request, { token: newToken(), nowMs: now() })),
    async release(lease) {
      await database.write(async (transaction) => {
        await releaseKey(transaction, lease);
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

/** Stores the report that a key led to, if `lease` still holds the key. */
export function settleKey(transaction: Transaction, lease: KeyLease, txid: string): void {
  transaction.later(transaction.tables.updateTable('claims').set({ txid }).where(isHeld(lease)));
  transaction.notify(toKeyTopic(lease));
}

/** Whether the report that `lease` led to was stored. */
export async function hasSettledKey({ tables }: Transaction, lease: KeyLease, txid: string): Promise<boolean> {
  const key = await tables.selectFrom('claims').select('txid').where(isHeld(lease)).executeTakeFirst();
  return key?.txid === txid;
}

function isHeld({ accountNumber, idempotencyKey, token }: KeyLease): RawBuilder<boolean> {
  return sql`account_number = ${accountNumber} AND key_digest = ${hash('sha256', idempotencyKey)} AND token = ${token}`;
}

/** Frees a key that led to nothing. */
export async function releaseKey({ tables }: Transaction, lease: KeyLease): Promise<void> {
  await tables.deleteFrom('claims').where(isHeld(lease)).where('txid', 'is', null).execute();
}

/** Takes the lease of a key, or returns what it led to. */
export async function takeKey(
  transaction: Transaction,
  request: KeyRequest,
  { token, nowMs }: { token: string; nowMs: number },
): Promise<KeyOutcome> {
  const { tables } = transaction;
  const { accountNumber, idempotencyKey, sharedKey = null, inputFingerprint, leaseMs } = request;
  const wanted: IdempotencyKeyRow = {
    account_number: accountNumber,
    key_digest: hash('sha256', idempotencyKey),
    input_digest: hash('sha256', inputFingerprint),
    token,
    claimed_at: nowMs,
    lease_ends_at: nowMs + leaseMs,
    txid: null,
  };
  const shared = sharedKey === null ? undefined : await findKey(transaction, accountNumber, hash('sha256', sharedKey));
  if (shared?.input_digest === wanted.input_digest) return toOutcome(shared, wanted);
  for (;;) {
    const inserted = await tables
      .insertInto('claims')
      .values(wanted)
      .onConflict((conflict) => conflict.columns(['account_number', 'key_digest']).doNothing())
      .returning('token')
      .executeTakeFirst();
    if (inserted !== undefined) return { kind: 'acquired', lease: { accountNumber, idempotencyKey, token } };
    const existing = await findKey(transaction, accountNumber, wanted.key_digest);
    // If there is none, the key was released between the two statements: try again.
    if (existing !== undefined) return toOutcome(existing, wanted);
  }
}

/** Finds a key, locked until the commit. */
function findKey(
  { tables, locksRows }: Transaction,
  accountNumber: string,
  digest: string,
): Promise<IdempotencyKeyRow | undefined> {
  return tables
    .selectFrom('claims')
    .selectAll()
    .where('account_number', '=', accountNumber)
    .where('key_digest', '=', digest)
    .$if(locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
}

/** Returns the outcome for a request whose key exists already. */
function toOutcome(existing: IdempotencyKeyRow, wanted: IdempotencyKeyRow): Exclude<KeyOutcome, { kind: 'acquired' }> {
  if (existing.input_digest !== wanted.input_digest) return { kind: 'conflict' };
  if (existing.txid !== null) return { kind: 'done', txid: existing.txid };
  if (existing.lease_ends_at > wanted.claimed_at) return { kind: 'pending', leaseEndsAtMs: existing.lease_ends_at };
  return { kind: 'uncertain', acquiredAtMs: existing.claimed_at };
}
