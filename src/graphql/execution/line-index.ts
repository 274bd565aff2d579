import type { SourceLocation } from 'graphql';

/** Converts an offset in a text to its line and column, which start at 1. */
export type Locate = (offset: number) => SourceLocation;

/** The lines of a text. */
export interface LineIndex {
  readonly locate: Locate;
  /** The reverse of `locate`. */
  readonly toOffset: (location: SourceLocation) => number;
}

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** Creates the index of a text's lines when it is first asked, so that a location does not cost a search through the whole text. */
export function createLineIndex(text: string): LineIndex {
  let known: readonly number[] | null = null;
  const findStarts = (): readonly number[] => {
    known ??= toLineStarts(text);
    return known;
  };
  return {
    locate(offset) {
      const starts = findStarts();
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    toOffset: ({ line, column }) => (findStarts()[line - 1] ?? 0) + column - 1,
  };
}

/** A line ends with a line feed, a carriage return, or one of each in this order. */
function toLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== LINE_FEED && code !== CARRIAGE_RETURN) continue;
    if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) at += 1;
    starts.push(at + 1);
  }
  return starts;
}
