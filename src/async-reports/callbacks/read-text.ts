import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/** The text of a body. */
export interface BodyText {
  /** Null if the charset is not known, or the bytes are not a text in it. */
  readonly text: string | null;
  /** Why the text, or a part of it, could not be read; null if all of it could. Contains nothing from the body itself. */
  readonly fault: string | null;
}

/** Bytes of UTF-16 without a byte order mark: JSON begins with an ASCII character. */
type Utf16 = 'utf-16le' | 'utf-16be';

/**
 * Reads bytes by their charset, which is UTF-8 if none is named. A byte order mark, or the zeros of UTF-16, win over the name. Bytes
 * that are not valid in UTF-8 become U+FFFD, with a fault: most of such a message can still be read.
 */
export function readBodyText(bytes: Buffer, charset: string | null): BodyText {
  const utf16 = findUtf16(bytes);
  if (utf16 !== null) return decode(bytes, utf16);
  switch (charset) {
    case null:
    case 'utf-8':
    case 'utf8':
    case 'us-ascii':
    case 'ascii':
      return { text: bytes.toString('utf8'), fault: isUtf8(bytes) ? null : 'It is not valid UTF-8.' };
    case 'iso-8859-1':
    case 'latin1':
      // The decoder of the web platform would take it for windows-1252.
      return { text: bytes.toString('latin1'), fault: null };
    default:
      return decode(bytes, charset);
  }
}

function decode(bytes: Buffer, charset: string): BodyText {
  try {
    return { text: new TextDecoder(charset, { fatal: true }).decode(bytes), fault: null };
  } catch (error) {
    return {
      text: null,
      fault: error instanceof RangeError ? 'Its charset is not supported.' : 'It is not a text in its charset.',
    };
  }
}

function findUtf16(bytes: Buffer): Utf16 | null {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return null;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second !== 0) ? 'utf-16be' : null;
}
