import type { Database, Transaction } from './database.ts';
import type { FleetOutcome, FleetStore, NewFleet } from './fleet-store.ts';
import { OPENED, toFleetTopic } from './fleet-topics.ts';
import { releaseKey, settleKey, takeKey } from './idempotency-keys.ts';

export interface AddFleetOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly newToken: () => string;
}

/** Stores fleet reports. Nothing is sent by then, so that neither the report nor its idempotency key is ever uncertain. */
export function createAddFleet({ database, now, newToken }: AddFleetOptions): FleetStore['add'] {
  return (fleet, maxOpenOfPrincipal) =>
    database.write(async (transaction): Promise<FleetOutcome> => {
      const nowMs = now();
      const { key, inputFingerprint, id } = fleet;
      // The report and its key are stored in one commit, so nobody ever waits for the lease.
      const request = { ...key, inputFingerprint, leaseMs: 0 };
      const outcome = await takeKey(transaction, request, { token: newToken(), nowMs });
      if (outcome.kind === 'done') return { kind: 'known', id: outcome.txid };
      if (outcome.kind !== 'acquired') return { kind: outcome.kind };
      const rejected = await takeList(transaction, fleet, nowMs, maxOpenOfPrincipal);
      if (rejected !== null) {
        await releaseKey(transaction, outcome.lease);
        return { kind: rejected };
      }
      settleKey(transaction, outcome.lease, id);
      transaction.notify(OPENED);
      transaction.notify(toFleetTopic(id));
      return { kind: 'added', id };
    });
}

/** Makes the report from its list, which is gone then. Returns why it cannot, or null. */
async function takeList(
  { tables, locksRows }: Transaction,
  fleet: NewFleet,
  nowMs: number,
  maxOpenOfPrincipal: number,
): Promise<'no-list' | 'not-uploaded' | 'too-many' | null> {
  const { id, accountNumber, owner, keyOwner, principal, listId, inputJson, partsPerMinute } = fleet;
  const list = await tables
    .selectFrom('device_lists')
    .selectAll()
    .where('id', '=', listId)
    .where('owner', '=', keyOwner)
    .where('account_number', 'in', ['', accountNumber])
    .where('expires_at', '>', nowMs)
    .$if(locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
  if (list === undefined) return 'no-list';
  if (list.upload === null) return 'not-uploaded';
  const { open } = await tables
    .selectFrom('fleet_reports')
    .select((eb) => eb.fn.countAll<number>().as('open'))
    .where('is_open', '=', 1)
    .where('principal', '=', principal)
    .executeTakeFirstOrThrow();
  if (open >= maxOpenOfPrincipal) return 'too-many';
  await tables
    .insertInto('fleet_reports')
    .values({
      id,
      account_number: accountNumber,
      owner,
      principal,
      upload: list.upload,
      input_json: inputJson,
      parts_per_minute: partsPerMinute,
      requested_at: nowMs,
      cancelled_at: null,
      is_open: 1,
      revision: 1,
    })
    .execute();
  await tables.deleteFrom('device_lists').where('id', '=', listId).execute();
  return null;
}
