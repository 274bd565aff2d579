import type { Imei } from '../../domain/imei.ts';
import type { Database } from './database.ts';
import type { DeadLetterRow } from './tables.ts';

/** Bodies that are in memory at once; each has at most a few MiB. */
const BODIES_PER_PAGE = 4;

/**
 * Removes dead letters that contain the IMEI. Nobody can read them in whole, so they are removed in whole. Returns how many. Bodies that could
 * not be unpacked are not searched.
 */
export async function eraseDeadLetters(database: Database, imei: Imei): Promise<number> {
  const isNamed = createSearch(imei);
  let removed = 0;
  for (let lastId = -1; ;) {
    const bodies = await readAfter(database, lastId);
    const ids = bodies.filter(isNamed).map(({ id }) => id);
    if (ids.length > 0)
      await database.write(({ tables }) => tables.deleteFrom('aside_bodies').where('id', 'in', ids).execute());
    removed += ids.length;
    const last = bodies.at(-1);
    if (last === undefined) return removed;
    lastId = last.id;
  }
}

type Body = Pick<DeadLetterRow, 'id' | 'body' | 'raw'>;

function readAfter(database: Database, id: number): Promise<Body[]> {
  return database.readOwn((tables) =>
    tables
      .selectFrom('aside_bodies')
      .select(['id', 'body', 'raw'])
      .where('id', '>', id)
      .orderBy('id')
      .limit(BODIES_PER_PAGE)
      .execute(),
  );
}

/** Finds the IMEI in any charset that keeps digits, also as a number without leading zeros, and with escaped digits. */
function createSearch(imei: Imei): (body: Body) => boolean {
  const pattern = new RegExp(`(?<!\\d)0{0,2}${imei.replace(/^0{1,2}/, '')}(?!\\d)`);
  return ({ body, raw }) => {
    const text = raw === null ? body : Buffer.from(raw).toString('latin1').replaceAll('\0', '');
    return pattern.test(text.replace(/\\u003([0-9])/gi, '$1'));
  };
}
