import { StoreError } from './store-error.ts';
import type { Page } from './store.ts';

/** How places in one list, in one order, are written as cursors: bound to the list, and no secret. */
export interface CursorFormat<Position> {
  write(position: Position): string;
  /** The place that the cursor names, null for null. Throws BAD_CURSOR for what is no cursor of this list. */
  read(cursor: string | null): Position | null;
}

const MAX_CURSOR_LENGTH = 2_000;

/** The format for the list, where a place is any JSON that `isPosition` takes. */
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

/** A place by a whole number. */
export function isNumberPosition(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** A place by a name; never the one character that PostgreSQL's text cannot hold. */
export function isNamePosition(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** A place by a whole number, and by a name among equal ones. */
export function isNumberAndNamePosition(value: unknown): value is readonly [number, string] {
  return Array.isArray(value) && value.length === 2 && isNumberPosition(value[0]) && isNamePosition(value[1]);
}

/** The same, where the number may be missing. */
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

/** A page of at most `first` rows, from rows of which one more was read than the page holds, if there are so many. */
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
