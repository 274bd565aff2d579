import type { CursorFormat } from './cursor.ts';
import type { Page } from './store.ts';

/** A page of at most `first` rows, from rows of which one more was read than the page holds, if there are so many. */
export function toPage<T, Place, Node>(
  rows: readonly T[],
  first: number,
  format: CursorFormat<Place>,
  toPlace: (row: T) => Place,
  toNode: (row: T) => Node,
): Page<Node> {
  return {
    rows: rows.slice(0, first).map((row) => ({ cursor: format.write(toPlace(row)), node: toNode(row) })),
    hasNextPage: rows.length > first,
  };
}
