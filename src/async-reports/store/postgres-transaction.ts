import { CompiledQuery, sql, type Compilable, type DatabaseConnection, type Kysely } from 'kysely';
import type { Transaction } from './database.ts';
import { NOTIFICATION_CHANNEL } from './postgres-listener.ts';
import type { Tables } from './tables.ts';

/**
 * Runs the work in a transaction that costs few round trips: its beginning goes out with the first statement, and its commit with
 * the last ones and the notifications. On a database that is busy or far away the round trips are most of what a commit takes.
 */
export function transact<T>(kysely: Kysely<Tables>, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return kysely.connection().execute(async (tables) => {
    const connection = await tables.getExecutor().provideConnection((connection) => Promise.resolve(connection));
    const topics = new Set<string>();
    const last: Compilable[] = [];
    const begun = runPlain(connection, 'BEGIN');
    // It fails only with its connection, and so would the statement behind it, which is waited for first.
    begun.catch(() => null);
    try {
      const result = await work({
        tables,
        locksRows: true,
        later: (statement) => last.push(statement),
        notify: (topic) => topics.add(topic),
      });
      await begun;
      if (topics.size > 0) last.push(toNotification(tables, topics));
      await commitWith(connection, last);
      return result;
    } catch (error) {
      // Where the connection broke there is nothing to roll back; the pool throws it away.
      await runPlain(connection, 'ROLLBACK').catch(() => null);
      throw error;
    }
  });
}

/** Sends the statements and the commit without waiting in between. After a statement that failed, PostgreSQL rolls back instead. */
async function commitWith(connection: DatabaseConnection, statements: readonly Compilable[]): Promise<void> {
  const answers = await Promise.allSettled([
    ...statements.map((statement) => connection.executeQuery(statement.compile())),
    runPlain(connection, 'COMMIT'),
  ]);
  for (const answer of answers) {
    if (answer.status === 'rejected') throw answer.reason;
  }
}

function toNotification(tables: Kysely<Tables>, topics: ReadonlySet<string>): Compilable {
  const notify = sql`SELECT pg_notify(${NOTIFICATION_CHANNEL}, topic) FROM unnest(${[...topics]}::text[]) AS topic`;
  return { compile: () => notify.compile(tables) };
}

function runPlain(connection: DatabaseConnection, statement: string): Promise<unknown> {
  return connection.executeQuery(CompiledQuery.raw(statement));
}
