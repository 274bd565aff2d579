import { readCursor, writeCursor } from '../../domain/cursor.ts';
import type { Page } from './page.ts';
import { StoreError } from './store-error.ts';

/** Writes and reads the cursors of one list in one order. A cursor names its list. */
export interface CursorFormat<Position> {
  write(position: Position): string;
  /** Returns the position of the cursor; null for null. Throws BAD_CURSOR if it is not a cursor of this list. */
  read(cursor: string | null): Position | null;
}

/** Creates the cursor format of a list. A position is any JSON value that `isPosition` accepts. */
export function createCursorFormat<Position>(
  list: string,
  isPosition: (value: unknown) => value is Position,
): CursorFormat<Position> {
  return {
    write: (position) => writeCursor(list, position),
    read(cursor) {
      if (cursor === null) return null;
      const [name, position] = readCursor(cursor) ?? [];
      if (name !== list || !isPosition(position)) throw new StoreError('BAD_CURSOR');
      return position;
    },
  };
}

/** Whether a value is a position in a list ordered by an integer. */
export function isNumberPosition(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Whether a value is a position in a list ordered by name. NUL is excluded because PostgreSQL cannot store it in text. */
export function isNamePosition(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** Whether a value is a position in a list ordered by an integer, then by name. */
export function isNumberAndNamePosition(value: unknown): value is readonly [number, string] {
  return Array.isArray(value) && value.length === 2 && isNumberPosition(value[0]) && isNamePosition(value[1]);
}

/** Like `isNumberAndNamePosition`, but the number may be null. */
export function isNullableNumberAndNamePosition(value: unknown): value is readonly [number | null, string] {
  return isNumberAndNamePosition(value) || (Array.isArray(value) && value[0] === null && isNamePosition(value[1]));
}

/** Makes a page of `first` rows. Read one row more than that: it only shows whether there is a next page. */
export function toPage<T, Position, Node>(
  rows: readonly T[],
  first: number,
  format: CursorFormat<Position>,
  toPosition: (row: T) => Position,
  toNode: (row: T) => Node,
): Page<Node> {
  return {
    rows: rows.slice(0, first).map((row) => ({ cursor: format.write(toPosition(row)), node: toNode(row) })),
    hasNextPage: rows.length > first,
  };
}
