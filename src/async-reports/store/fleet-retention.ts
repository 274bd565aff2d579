import { DAY_MS } from '../../domain/durations.ts';
import type { Database } from './database.ts';
import type { FleetStore } from './fleet-store.ts';

export interface FleetRetentionOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly retentionMs: number;
}

/** An upload takes minutes at most. What nobody has finished by then belongs to a server that ended. */
const MAX_UPLOAD_MS = DAY_MS;

/**
 * Removes fleet reports that are older than the retention, lists that have expired, and what remained of uploads. The reports of parts are
 * marked as forgotten, and go as others do. Each report is a commit of its own.
 */
export function createFleetRetention({
  database,
  now,
  retentionMs,
}: FleetRetentionOptions): FleetStore['removeExpired'] {
  const removeFleet = (id: string, upload: string): Promise<void> =>
    database.write(async ({ tables }) => {
      await tables
        .updateTable('requests')
        .set({ stage: 'forgotten' })
        .where('txid', 'in', (query) =>
          query
            .selectFrom('fleet_parts')
            .select('txid')
            .where('upload', '=', upload)
            .where('txid', 'is not', null)
            .$castTo<{ txid: string }>(),
        )
        .where('stage', '=', 'known')
        .execute();
      await tables.deleteFrom('fleet_parts').where('upload', '=', upload).execute();
      await tables.deleteFrom('fleet_reports').where('id', '=', id).execute();
    });
  const removeUploads = async (uploads: readonly string[]): Promise<void> => {
    for (const upload of uploads)
      await database.write(({ tables }) => tables.deleteFrom('fleet_parts').where('upload', '=', upload).execute());
  };

  return async () => {
    const old = await database.readOwn((tables) =>
      tables
        .selectFrom('fleet_reports')
        .select(['id', 'upload'])
        .where('requested_at', '<', now() - retentionMs)
        .execute(),
    );
    for (const { id, upload } of old) await removeFleet(id, upload);
    const expired = await database.write(({ tables }) =>
      tables.deleteFrom('device_lists').where('expires_at', '<=', now()).returning(['id', 'upload']).execute(),
    );
    await removeUploads(expired.flatMap(({ upload }) => upload ?? []));
    const unfinished = await database.readOwn((tables) =>
      tables
        .selectFrom('fleet_parts')
        .select('upload')
        .distinct()
        .where('created_at', '<', now() - MAX_UPLOAD_MS)
        .where('upload', 'not in', (query) =>
          query
            .selectFrom('device_lists')
            .select('upload')
            .where('upload', 'is not', null)
            .$castTo<{ upload: string }>(),
        )
        .where('upload', 'not in', (query) => query.selectFrom('fleet_reports').select('upload'))
        .execute(),
    );
    await removeUploads(unfinished.map(({ upload }) => upload));
    return { fleets: old.length, deviceLists: expired.length };
  };
}
