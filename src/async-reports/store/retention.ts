import { sql } from 'kysely';
import { HOUR_MS } from '../../domain/durations.ts';
import { runExclusively } from '../../domain/shared-locks.ts';
import type { Database } from './database.ts';
import type { FleetRetention } from './fleet-store.ts';
import { lockReports } from './report-rows.ts';
import type { ReportStore, DeadLetterCounts, RetentionOutcome } from './store.ts';

const REPORTS_PER_STEP = 100;
const ROWS_PER_STEP = 2_000;

export interface RemoveExpiredOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly retentionMs: number;
}

/**
 * Removes everything older than the retention, in commits of bounded size. A report is first marked as forgotten, so that no
 * reader sees half of it. Its rows follow; if that is interrupted, the next run continues.
 */
export function createRetention({ database, now, retentionMs }: RemoveExpiredOptions): ReportStore['removeExpired'] {
  return async () => {
    const before = now() - retentionMs;
    const claims = await untilNone(() => removeIdempotencyKeys(database, before), ROWS_PER_STEP);
    const bodies = await removeBodies(database, before);
    const requests = await untilNone(() => forget(database, before, 'known'), REPORTS_PER_STEP);
    const unknownTransactions = await untilNone(() => forget(database, before, 'unknown'), REPORTS_PER_STEP);
    for (const txid of await findForgotten(database)) await removeReport(database, txid);
    await database.limits?.removeOld();
    return { requests, unknownTransactions, bodies, claims };
  };
}

/** Removes the rows of a report that is forgotten, and the report. */
export async function removeReport(database: Database, txid: string): Promise<void> {
  await untilNone(() => removeRows(database, txid), ROWS_PER_STEP);
}

/** Repeats a step until it removes fewer than `maxPerStep`. Returns the total. */
export async function untilNone(step: () => Promise<number>, maxPerStep: number): Promise<number> {
  let sum = 0;
  for (;;) {
    const amount = await step();
    sum += amount;
    if (amount < maxPerStep) return sum;
  }
}

function removeIdempotencyKeys(database: Database, before: number): Promise<number> {
  return database.write(async ({ tables }) => {
    const { rows } = await sql`DELETE FROM claims WHERE claimed_at <=
      (SELECT max(claimed_at) FROM
        (SELECT claimed_at FROM claims WHERE claimed_at < ${before} ORDER BY claimed_at LIMIT ${ROWS_PER_STEP}) AS oldest)
      RETURNING token`.execute(tables);
    return rows.length;
  });
}

function removeBodies(database: Database, before: number): Promise<number> {
  return database.write(async ({ tables }) => {
    const removed = await tables.deleteFrom('aside_bodies').where('received_at', '<', before).returning('id').execute();
    return removed.length;
  });
}

function forget(database: Database, before: number, stage: 'known' | 'unknown'): Promise<number> {
  return database.write(async (transaction) => {
    const old = await transaction.tables
      .selectFrom('requests')
      .select('txid')
      .where('stage', '=', stage)
      .where('requested_at', '<', before)
      .limit(REPORTS_PER_STEP)
      .execute();
    if (old.length === 0) return 0;
    const rows = await lockReports(
      transaction,
      old.map(({ txid }) => txid),
    );
    const txids = rows.filter((row) => row.stage === stage).map(({ txid }) => txid);
    if (txids.length === 0) return 0;
    await transaction.tables.updateTable('requests').set({ stage: 'forgotten' }).where('txid', 'in', txids).execute();
    return txids.length;
  });
}

async function findForgotten(database: Database): Promise<string[]> {
  const rows = await database.readOwn((tables) =>
    tables.selectFrom('requests').select('txid').where('stage', '=', 'forgotten').execute(),
  );
  return rows.map(({ txid }) => txid);
}

function removeRows(database: Database, txid: string): Promise<number> {
  return database.write(async (transaction) => {
    const [row] = await lockReports(transaction, [txid]);
    if (row?.stage !== 'forgotten') return 0;
    // PostgreSQL compares all pairs of the two for `device IN (SELECT … LIMIT …)`, if its statistics are of a time with fewer rows.
    const { rows } = await sql`DELETE FROM device_rows WHERE txid = ${txid} AND device <=
      (SELECT max(device) FROM
        (SELECT device FROM device_rows WHERE txid = ${txid} ORDER BY device LIMIT ${ROWS_PER_STEP}) AS first)
      RETURNING device`.execute(transaction.tables);
    if (rows.length < ROWS_PER_STEP) await transaction.tables.deleteFrom('requests').where('txid', '=', txid).execute();
    return rows.length;
  });
}

const REMOVE_EVERY_MS = HOUR_MS;

export interface RetentionOptions {
  readonly store: Pick<ReportStore, 'removeExpired' | 'deadLetterCounts' | 'locks' | 'fleets'>;
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** Called after each run, with what it removed and the counts of dead letters. */
  readonly onRemoved: (removed: RetentionOutcome & FleetRetention, deadLetters: DeadLetterCounts) => void;
  readonly onFailure: (error: unknown) => void;
}

export interface Retention {
  /** Stops the timer. Resolves when a current run has ended. */
  close(): Promise<void>;
}

/**
 * Removes expired data now, and again one hour after the end of each run. While another server on the same database does so, this one
 * leaves it to that.
 */
export function startRetention({ store, after, onRemoved, onFailure }: RetentionOptions): Retention {
  let isClosed = false;
  let cancel = (): void => undefined;
  const removeOnce = async (): Promise<void> => {
    // First, so that the reports of their parts go with them.
    const fleets = await store.fleets.removeExpired();
    onRemoved({ ...(await store.removeExpired()), ...fleets }, await store.deadLetterCounts());
  };
  const removeExpired = async (): Promise<void> => {
    await runExclusively(store.locks, 'retention', removeOnce).catch((error: unknown) => isClosed || onFailure(error));
    if (!isClosed) cancel = after(REMOVE_EVERY_MS, removeAgain);
  };
  const removeAgain = (): void => {
    removing = removeExpired();
  };
  let removing = removeExpired();
  return {
    async close() {
      isClosed = true;
      cancel();
      await removing;
    },
  };
}
