import { sql, type RawBuilder } from 'kysely';
import {
  type Claims,
  type ClaimHolder,
  type ClaimOutcome,
  type ClaimRequest,
  toClaimTopic,
  toDigest,
} from '../idempotency.ts';
import type { Database, Transaction } from './database.ts';
import type { ClaimRow } from './tables.ts';

export interface ClaimsOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly newToken: () => string;
}

/** Idempotency keys in the database; keys and inputs are kept as digests only. */
export function createClaims({ database, now, newToken }: ClaimsOptions): Claims {
  return {
    claim: (request) =>
      database.write((transaction) => take(transaction, request, { token: newToken(), nowMs: now() })),
    async release(holder) {
      await database.write(async (transaction) => {
        await transaction.tables.deleteFrom('claims').where(isHeld(holder)).where('txid', 'is', null).execute();
        transaction.tell(toClaimTopic(holder));
      });
    },
    async abandon(holder) {
      await database.write(async (transaction) => {
        await transaction.tables
          .updateTable('claims')
          .set({ lease_ends_at: now() })
          .where(isHeld(holder))
          .where('txid', 'is', null)
          .execute();
        transaction.tell(toClaimTopic(holder));
      });
    },
    watchClaim: (key, listener) => database.subscribe(toClaimTopic(key), listener),
  };
}

/** Notes the request that a claim led to, unless someone has taken the claim over meanwhile. */
export function settleClaim(transaction: Transaction, holder: ClaimHolder, txid: string): void {
  transaction.later(transaction.tables.updateTable('claims').set({ txid }).where(isHeld(holder)));
  transaction.tell(toClaimTopic(holder));
}

function isHeld({ accountNumber, idempotencyKey, token }: ClaimHolder): RawBuilder<boolean> {
  return sql`account_number = ${accountNumber} AND key_digest = ${toDigest(idempotencyKey)} AND token = ${token}`;
}

async function take(
  { tables, locksRows }: Transaction,
  request: ClaimRequest,
  { token, nowMs }: { token: string; nowMs: number },
): Promise<ClaimOutcome> {
  const { accountNumber, idempotencyKey, inputFingerprint, leaseMs } = request;
  const claim: ClaimRow = {
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
      .values(claim)
      .onConflict((conflict) => conflict.columns(['account_number', 'key_digest']).doNothing())
      .returning('token')
      .executeTakeFirst();
    if (inserted !== undefined) return { kind: 'claimed', holder: { accountNumber, idempotencyKey, token } };
    const standing = await tables
      .selectFrom('claims')
      .selectAll()
      .where('account_number', '=', claim.account_number)
      .where('key_digest', '=', claim.key_digest)
      .$if(locksRows, (query) => query.forUpdate())
      .executeTakeFirst();
    // Else it was released between the two statements, and is free for the next round.
    if (standing !== undefined) return judge(standing, claim);
  }
}

/** What a claim that stands means for another one of the same key. */
function judge(standing: ClaimRow, wanted: ClaimRow): Exclude<ClaimOutcome, { kind: 'claimed' }> {
  if (standing.input_digest !== wanted.input_digest) return { kind: 'conflict' };
  if (standing.txid !== null) return { kind: 'done', txid: standing.txid };
  if (standing.lease_ends_at > wanted.claimed_at) return { kind: 'pending', leaseEndsAtMs: standing.lease_ends_at };
  return { kind: 'uncertain', claimedAtMs: standing.claimed_at };
}
