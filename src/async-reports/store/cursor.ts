import type { Page } from './store.ts';
import { StoreError } from './store-error.ts';

/** Writes and reads the cursors of one list in one order. A cursor names its list; it is not secret and not signed. */
export interface CursorFormat<Position> {
  write(position: Position): string;
  /** Returns the position of the cursor; null for null. Throws BAD_CURSOR if it is not a cursor of this list. */
  read(cursor: string | null): Position | null;
}

const MAX_CURSOR_LENGTH = 2_000;

/** Creates the cursor format of a list. A position is any JSON value that `isPosition` accepts. */
export function createCursorFormat<Position>(
  list: string,
  isPosition: (value: unknown) => value is Position,
): CursorFormat<Position> {
  return {
    write: (position) => Buffer.from(JSON.stringify([list, position])).toString('base64url'),
    read(cursor) {
      if (cursor === null) return null;
      const [name, position, ...rest] = cursor.length > MAX_CURSOR_LENGTH ? [] : readArray(cursor);
      if (name !== list || rest.length > 0 || !isPosition(position)) throw new StoreError('BAD_CURSOR');
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

function readArray(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
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
