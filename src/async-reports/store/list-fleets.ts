import { createCursorFormat, isNumberAndNamePosition, toPage } from './cursor.ts';
import { readFleets, type FindFleetsOptions } from './find-fleets.ts';
import type { FleetStore } from './fleet-store.ts';

const NEWEST_FIRST = createCursorFormat('fleets', isNumberAndNamePosition);

/** Lists and counts the fleet reports of an account, each with its parts as of now. */
export function createListFleets({ database, now }: FindFleetsOptions): Pick<FleetStore, 'list' | 'count'> {
  return {
    list: ({ accountNumber, owner }, { first, after }) =>
      database.read(async (tables) => {
        const [requestedAt, id] = NEWEST_FIRST.read(after) ?? [null, null];
        const rows = await tables
          .selectFrom('fleet_reports')
          .selectAll()
          .where('account_number', '=', accountNumber)
          .where('owner', '=', owner)
          .$if(requestedAt !== null, (query) =>
            query
              .where('requested_at', '<=', requestedAt)
              .where((eb) => eb.or([eb('requested_at', '<', requestedAt), eb('id', '>', id)])),
          )
          .orderBy('requested_at', 'desc')
          .orderBy('id')
          .limit(first + 1)
          .execute();
        const { hasNextPage, rows: listed } = toPage(
          rows,
          first,
          NEWEST_FIRST,
          (row) => [row.requested_at, row.id] as const,
          (row) => row,
        );
        const fleets = await readFleets(
          tables,
          listed.map(({ node }) => node),
          now(),
        );
        return { hasNextPage, rows: fleets.map((node, at) => ({ cursor: listed[at]?.cursor ?? '', node })) };
      }),
    count: ({ accountNumber, owner }) =>
      database.read(async (tables) => {
        const { fleets } = await tables
          .selectFrom('fleet_reports')
          .select((eb) => eb.fn.countAll<number>().as('fleets'))
          .where('account_number', '=', accountNumber)
          .where('owner', '=', owner)
          .executeTakeFirstOrThrow();
        return fleets;
      }),
  };
}
