import type { KeyValueStore } from '../../domain/key-values.ts';
import type { Database } from './database.ts';

/** Keeps JSON texts in the database, shared by all its processes. Every promise may reject with a StoreError. */
export function createKeyValueStore(database: Database): KeyValueStore {
  return {
    async get(key) {
      const row = await database.readOwn((tables) =>
        tables.selectFrom('notes').select('json').where('key', '=', key).executeTakeFirst(),
      );
      return row?.json ?? null;
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
