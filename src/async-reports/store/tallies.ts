import { sql } from 'kysely';
import type { WriteScope } from './database.ts';
import type { TallyName } from './tables.ts';

/** Adds to a count that is kept for good, and gives its new amount. Other transactions that add to it wait for this one. */
export async function addToTally({ tables }: WriteScope, name: TallyName, amount: number): Promise<number> {
  const tally = await tables
    .insertInto('tallies')
    .values({ name, amount })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ amount: sql<number>`tallies.amount + excluded.amount` }),
    )
    .returning('amount')
    .executeTakeFirstOrThrow();
  return tally.amount;
}
