import { sql } from 'kysely';
import type { Database } from './database.ts';

/** A small durable place for other parts: JSON texts by key. Every promise may reject with a StoreError. */
export interface KeyValueStore {
  /** The text, or null where there is none. */
  get(key: string): Promise<string | null>;
  put(key: string, json: string): Promise<void>;
  /** Puts `next` where the text is still `expected` (null: there is none), and tells whether it did. */
  compareAndSet(key: string, expected: string | null, next: string): Promise<boolean>;
}

/** Notes in the database, shared by every process that opened it. */
export function createKeyValueStore(database: Database): KeyValueStore {
  return {
    async get(key) {
      const note = await database.read((tables) =>
        tables.selectFrom('notes').select('json').where('key', '=', key).executeTakeFirst(),
      );
      return note?.json ?? null;
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
        const note = { key, json: next };
        const changed =
          expected === null
            ? await tables
                .insertInto('notes')
                .values(note)
                .onConflict((conflict) => conflict.column('key').doNothing())
                .returning('key')
                .execute()
            : await tables
                .updateTable('notes')
                .set(note)
                .where('key', '=', key)
                .where('json', '=', expected)
                .returning('key')
                .execute();
        return changed.length > 0;
      }),
  };
}

/** The secret that the store keeps under a name, made once for every process that opens it. Rejects with StoreError. */
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
