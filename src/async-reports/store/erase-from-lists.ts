import { sql } from 'kysely';
import type { Imei } from '../../domain/imei.ts';
import type { Database, Transaction } from './database.ts';
import type { FleetPartRow } from './fleet-tables.ts';
import { toFleetTopic } from './fleet-topics.ts';

type PartKey = Pick<FleetPartRow, 'upload' | 'part'>;

/** Removes a device from uploaded lists, and from the parts of fleet reports that were not sent. Returns the number of lists and parts. */
export async function eraseFromLists(database: Database, imei: Imei): Promise<number> {
  const parts = await database.readOwn((tables) =>
    tables.selectFrom('fleet_parts').select(['upload', 'part']).where('imeis', 'like', `%${imei}%`).execute(),
  );
  let erased = 0;
  for (const key of parts) erased += await database.write((transaction) => eraseFrom(transaction, key, imei));
  return erased;
}

async function eraseFrom(transaction: Transaction, { upload, part }: PartKey, imei: Imei): Promise<number> {
  const { tables, locksRows } = transaction;
  const row = await tables
    .selectFrom('fleet_parts')
    .select('imeis')
    .where('upload', '=', upload)
    .where('part', '=', part)
    .$if(locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
  const before = row?.imeis.split('\n') ?? [];
  const left = before.filter((each) => each !== imei);
  if (left.length === before.length) return 0;
  await tables
    .updateTable('fleet_parts')
    .set({ imeis: left.join('\n'), first_imei: left[0] ?? '', devices: sql<number>`devices - 1` })
    .where('upload', '=', upload)
    .where('part', '=', part)
    .execute();
  await tables
    .updateTable('device_lists')
    .set({ devices: sql<number>`devices - 1` })
    .where('upload', '=', upload)
    .execute();
  const fleets = await tables
    .updateTable('fleet_reports')
    .set({ revision: sql<number>`revision + 1` })
    .where('upload', '=', upload)
    .returning('id')
    .execute();
  for (const { id } of fleets) transaction.notify(toFleetTopic(id));
  return 1;
}
