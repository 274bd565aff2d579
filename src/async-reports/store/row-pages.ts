import type { Kysely } from 'kysely';
import { createCursorFormat, isNamePosition, isNumberPosition, toPage } from './cursor.ts';
import type { Database } from './database.ts';
import type { Page, PageQuery } from './page.ts';
import { RESULT_COLUMNS, type ResultRow } from './stored-rows.ts';
import type { DeviceRow, Tables } from './tables.ts';

/** A list of a report's rows with one outcome, ordered by one column that no two of them share. */
export interface RowList<Node> {
  /** The name of the list in its cursors. */
  readonly name: string;
  readonly column: 'seq' | 'device';
  readonly outcome: DeviceRow['outcome'];
  readonly toNode: (row: ResultRow) => Node;
}

/** Reads pages of a list, which stay stable while more arrives. */
export function createRowPages<Node>(
  database: Database,
  { name, column, outcome, toNode }: RowList<Node>,
): (txid: string, page: PageQuery) => Promise<Page<Node>> {
  const format = createCursorFormat<string | number>(name, column === 'seq' ? isNumberPosition : isNamePosition);
  return (txid, { first, after }) =>
    database.read(async (tables) => {
      const position = format.read(after);
      const rows = await selectRows(tables, txid)
        .select('seq')
        .where('outcome', '=', outcome)
        .$if(position !== null, (query) => query.where(column, '>', position))
        .orderBy(column)
        .limit(first + 1)
        .execute();
      return toPage(rows, first, format, (row) => row[column], toNode);
    });
}

/** Selects the results of a report's devices. */
export function selectRows(tables: Kysely<Tables>, txid: string) {
  return tables.selectFrom('device_rows').select(RESULT_COLUMNS).where('txid', '=', txid);
}
