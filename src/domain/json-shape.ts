/** Bounds on the shape of a JSON text. Parsing takes time and memory for each of these, however short the text is. */
export interface JsonShapeLimits {
  /** Levels of lists and objects. */
  readonly maxDepth: number;
  /** Commas, and beginnings of lists and objects: at least the number of values, without the outermost one. */
  readonly maxValues: number;
  /** Different names of fields, by their hashes. A parser makes a symbol of each, which takes far longer than a value. */
  readonly maxNames: number;
}

/** Which bound a JSON text exceeds. */
export type JsonShapeFault = 'too-deep' | 'too-many-values' | 'too-many-names';

/** Measures a JSON text that comes in pieces of UTF-8, without parsing it. */
export interface JsonShape {
  /** Returns the first bound that the text exceeds so far, or null. A text that is not JSON may have either result. */
  add(piece: Uint8Array): JsonShapeFault | null;
  /** How many values the text has so far, as `maxValues` counts them. */
  values(): number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** FNV-1a, 32 bits. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

/** Creates a measure of one text. It takes about a millisecond per megabyte. */
export function createJsonShape({ maxDepth, maxValues, maxNames }: JsonShapeLimits): JsonShape {
  const names = createNames();
  let depth = 0;
  let values = 0;
  let isInText = false;
  let isEscaped = false;
  return {
    values: () => values,
    add(piece) {
      const { length } = piece;
      let textStart = 0;
      let textEnd = 0;
      for (let at = 0; at < length; at += 1) {
        if (isInText) {
          if (isEscaped) at += 1;
          isEscaped = false;
          while (at < length && piece[at] !== QUOTE) at += piece[at] === BACKSLASH ? 2 : 1;
          isEscaped = at > length;
          isInText = at >= length;
          textEnd = at;
          continue;
        }
        const byte = piece[at];
        if (byte === QUOTE) {
          isInText = true;
          textStart = at + 1;
        } else if (byte === COMMA) values += 1;
        else if (byte === COLON) {
          if (names.add(toHash(piece, textStart, textEnd)) > maxNames) return 'too-many-names';
        } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
          depth += 1;
          values += 1;
          if (depth > maxDepth) return 'too-deep';
        } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
        if (values > maxValues) return 'too-many-values';
      }
      return null;
    },
  };
}

/** A name that two pieces share is hashed from the second on, which counts it twice at most. */
function toHash(piece: Uint8Array, start: number, end: number): number {
  let hash = HASH_START;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (piece[at] ?? 0), HASH_PRIME);
  return hash;
}

const SLOTS = 64;

/** Counts different hashes. Nearly every name is one of the few that were there before, so the latest of each slot is compared first. */
function createNames(): { add(hash: number): number } {
  const latest = new Int32Array(SLOTS);
  const all = new Set<number>();
  return {
    add(hash) {
      const slot = hash & (SLOTS - 1);
      if (latest[slot] === hash) return all.size;
      latest[slot] = hash;
      return all.add(hash).size;
    },
  };
}
