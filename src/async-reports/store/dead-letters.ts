import { isUtf8 } from 'node:buffer';
import { type Database, type Transaction, addToCounter } from './database.ts';
import type { ReportStore } from './store.ts';
import type { CounterName, DeadLetterRow } from './tables.ts';
import { sumUnknownBytes } from './unknown-transactions.ts';

export interface DeadLetterLimits {
  /** Maximum number of bodies; the oldest are removed first. */
  readonly bodies: number;
  /** Maximum number of their bytes together; the oldest are removed first. A body is never cut. */
  readonly bytes: number;
}

export interface DeadLetterOptions {
  readonly database: Database;
  readonly limits: DeadLetterLimits;
}

/** Stores unreadable callback bodies up to the limits, and counts all of them. */
export function createDeadLetters({
  database,
  limits,
}: DeadLetterOptions): Pick<ReportStore, 'addDeadLetter' | 'deadLetters' | 'deadLetterCounts'> {
  return {
    async addDeadLetter({ reason, body, receivedAtMs }) {
      const row = { reason, ...toColumns(body), received_at: receivedAtMs };
      await database.write(async (transaction) => {
        const id = await addToCounter(transaction, 'unreadable bodies', 1);
        await transaction.tables
          .insertInto('aside_bodies')
          .values({ id, ...row })
          .execute();
        const lastRemoved = await findLastBeyond(transaction, id, limits);
        await transaction.tables.deleteFrom('aside_bodies').where('id', '<=', lastRemoved).execute();
      });
    },
    deadLetters: (first) =>
      database.readOwn(async (tables) => {
        const rows = await tables.selectFrom('aside_bodies').selectAll().orderBy('id', 'desc').limit(first).execute();
        return rows.map(({ reason, body, raw, received_at }) => ({
          reason,
          body: raw === null ? body : Buffer.from(raw),
          receivedAtMs: received_at,
        }));
      }),
    deadLetterCounts: () =>
      database.readOwn(async (tables) => {
        const counters = await tables.selectFrom('tallies').selectAll().execute();
        const amountOf = (name: CounterName): number => counters.find((counter) => counter.name === name)?.amount ?? 0;
        const { bodies } = await tables
          .selectFrom('aside_bodies')
          .select((eb) => eb.fn.countAll<number>().as('bodies'))
          .executeTakeFirstOrThrow();
        const { transactions } = await tables
          .selectFrom('requests')
          .select((eb) => eb.fn.countAll<number>().as('transactions'))
          .where('stage', '=', 'unknown')
          .executeTakeFirstOrThrow();
        return {
          deadLetters: amountOf('unreadable bodies'),
          storedDeadLetters: bodies,
          errorsLeftOut: amountOf('errors left out'),
          unknownMessages: amountOf('unknown messages'),
          storedUnknownTransactions: transactions,
          storedUnknownBytes: await sumUnknownBytes({ tables }),
        };
      }),
  };
}

/** Returns the id of the newest body that exceeds the limits together with all newer ones. */
async function findLastBeyond({ tables }: Transaction, newestId: number, limits: DeadLetterLimits): Promise<number> {
  const rows = await tables.selectFrom('aside_bodies').select(['id', 'bytes']).orderBy('id', 'desc').execute();
  let sum = 0;
  const beyond = rows.find(({ bytes }) => (sum += bytes) > limits.bytes);
  return Math.max(newestId - limits.bodies, beyond?.id ?? 0);
}

/** A body is stored as text if that is exact: neither database can store NUL in text. */
function toColumns(body: string | Uint8Array): Pick<DeadLetterRow, 'body' | 'raw' | 'bytes'> {
  const bytes = Buffer.from(body);
  const isText = isUtf8(bytes) && !bytes.includes(0);
  return { body: isText ? bytes.toString('utf8') : '', raw: isText ? null : bytes, bytes: bytes.length };
}
