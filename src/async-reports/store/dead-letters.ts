import { type Database, addToCounter } from './database.ts';
import type { ReportStore } from './store.ts';
import type { CounterName } from './tables.ts';
import { sumUnknownBytes } from './unknown-transactions.ts';

export interface DeadLetterLimits {
  /** Maximum number of bodies; the oldest are removed first. */
  readonly bodies: number;
  /** Number of UTF-8 bytes of each body that are stored. */
  readonly bytesPerBody: number;
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
      await database.write(async (transaction) => {
        const id = await addToCounter(transaction, 'unreadable bodies', 1);
        await transaction.tables
          .insertInto('aside_bodies')
          .values({ id, reason, body: cut(body, limits.bytesPerBody), received_at: receivedAtMs })
          .execute();
        await transaction.tables
          .deleteFrom('aside_bodies')
          .where('id', '<=', id - limits.bodies)
          .execute();
      });
    },
    deadLetters: (first) =>
      database.readOwn(async (tables) => {
        const rows = await tables.selectFrom('aside_bodies').selectAll().orderBy('id', 'desc').limit(first).execute();
        return rows.map(({ reason, body, received_at }) => ({ reason, body, receivedAtMs: received_at }));
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

/** Returns the beginning of a text. NUL is replaced because neither database can store it. */
function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text.slice(0, maxBytes).replaceAll('\0', '\uFFFD')).subarray(0, maxBytes);
  return new TextDecoder().decode(bytes, { stream: true });
}
