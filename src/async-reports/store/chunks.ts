/** Rows a statement: SQLite takes 32,766 parameters, and a longer statement is no faster. */
const MOST_ROWS = 500;

/** The rows in their order, in parts that fit one statement. */
export function* toChunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += MOST_ROWS) yield rows.slice(at, at + MOST_ROWS);
}
