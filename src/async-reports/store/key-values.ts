import { sql } from 'kysely';
import type { Database } from './database.ts';

/** A small durable key-value store of JSON texts for other parts of the server. Every promise may reject with a StoreError. */
export interface KeyValueStore {
  /** Returns the value, or null if there is none. */
  get(key: string): Promise<string | null>;
  put(key: string, json: string): Promise<void>;
  /** Stores `next` if the value is still `expected` (null: there is none). Returns whether it did. */
  compareAndSet(key: string, expected: string | null, next: string): Promise<boolean>;
}

/** Keeps the values in the database, shared by all its processes. */
export function createKeyValueStore(database: Database): KeyValueStore {
  return {
    async get(key) {
      const row = await database.read((tables) =>
        tables.selectFrom('notes').select('json').where('key', '=', key).executeTakeFirst(),
      );
      return row?.json ?? null;
    },
    async put(key, json) {
      await database.write(({ tables }) =>
        tables
          .insertInto('notes')
          .values({ key, json })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ json: sql<string>`excluded.json` }))
          .execute(),
      );
    },
    compareAndSet: (key, expected, next) =>
      database.write(async ({ tables }) => {
        const row = { key, json: next };
        const changed =
          expected === null
            ? await tables
                .insertInto('notes')
                .values(row)
                .onConflict((conflict) => conflict.column('key').doNothing())
                .returning('key')
                .execute()
            : await tables
                .updateTable('notes')
                .set(row)
                .where('key', '=', key)
                .where('json', '=', expected)
                .returning('key')
                .execute();
        return changed.length > 0;
      }),
  };
}

/** Returns the secret of that name, and creates it if it does not exist. All processes get the same one. Rejects with StoreError. */
export async function getOrCreateSecret(
  keyValues: KeyValueStore,
  name: string,
  newSecret: () => string,
): Promise<string> {
  const key = `secret ${name}`;
  for (;;) {
    const existing = await keyValues.get(key);
    if (existing !== null) return JSON.parse(existing) as string;
    await keyValues.compareAndSet(key, null, JSON.stringify(newSecret()));
  }
}
