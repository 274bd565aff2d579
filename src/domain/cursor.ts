import { parseJson } from './json.ts';

/** The content of a cursor: the list that it belongs to, and a position in it. It is neither secret nor signed. */
export type Cursor = readonly [list: string, position: unknown];

const MAX_CURSOR_LENGTH = 2_000;

/** Writes a cursor. The position is any JSON value. */
export function writeCursor(...cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Reads a cursor of any list; null if the text is not a cursor. */
export function readCursor(text: string): Cursor | null {
  if (text.length > MAX_CURSOR_LENGTH) return null;
  const value = parseJson(Buffer.from(text, 'base64url').toString('utf8'));
  return isCursor(value) ? value : null;
}

function isCursor(value: unknown): value is Cursor {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}
