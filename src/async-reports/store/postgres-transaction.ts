import { CompiledQuery, sql, type Compilable, type DatabaseConnection, type Kysely } from 'kysely';
import type { Transaction } from './database.ts';
import { NOTIFICATION_CHANNEL } from './postgres-listener.ts';
import type { Tables } from './tables.ts';

/**
 * Runs the work in a transaction with few round trips: BEGIN is sent with the first statement, and COMMIT with the last ones and
 * the notifications. If the database is busy or far away, round trips take most of the time of a commit.
 */
export function transact<T>(kysely: Kysely<Tables>, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return kysely.connection().execute(async (tables) => {
    const connection = await tables.getExecutor().provideConnection((connection) => Promise.resolve(connection));
    const topics = new Set<string>();
    const last: Compilable[] = [];
    const begun = runPlain(connection, 'BEGIN');
    // BEGIN fails only if the connection fails. Then the next statement, which is awaited first, fails too.
    begun.catch(() => null);
    try {
      const result = await work({
        tables,
        locksRows: true,
        send: async <Row>(statement: Compilable<Row>) => (await connection.executeQuery<Row>(statement.compile())).rows,
        later: (statement) => last.push(statement),
        notify: (topic) => topics.add(topic),
      });
      await begun;
      if (topics.size > 0) last.push(toNotification(tables, topics));
      await commitWith(connection, last);
      return result;
    } catch (error) {
      // If the connection is broken there is nothing to roll back; the pool discards it.
      await runPlain(connection, 'ROLLBACK').catch(() => null);
      throw error;
    }
  });
}

/** Sends the statements and COMMIT without waiting in between. If a statement fails, PostgreSQL rolls back instead of committing. */
async function commitWith(connection: DatabaseConnection, statements: readonly Compilable[]): Promise<void> {
  const results = await Promise.allSettled([
    ...statements.map((statement) => connection.executeQuery(statement.compile())),
    runPlain(connection, 'COMMIT'),
  ]);
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason;
  }
}

function toNotification(tables: Kysely<Tables>, topics: ReadonlySet<string>): Compilable {
  const notify = sql`SELECT pg_notify(${NOTIFICATION_CHANNEL}, topic) FROM unnest(${[...topics]}::text[]) AS topic`;
  return { compile: () => notify.compile(tables) };
}

function runPlain(connection: DatabaseConnection, statement: string): Promise<unknown> {
  return connection.executeQuery(CompiledQuery.raw(statement));
}
