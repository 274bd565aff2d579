import { untilNextTurn } from '../turns/next-turn.ts';

/** Nearly every response has fewer rows. Even with the longest texts, they take less than 0.1 s. */
const ROWS_AT_ONCE = 1_000;
/** Reading them takes about a millisecond, or at most 25 ms with the longest texts. */
const ROWS_PER_SLICE = 250;

/**
 * Calls `read` for each row, in order. Up to 1,000 rows are read at once, and it returns null. More are read in slices, between which the
 * event loop serves others: it returns a promise that resolves when all are read, or rejects with the signal's reason if it aborts.
 */
export function readInSlices<T>(
  rows: readonly T[],
  read: (row: T) => void,
  signal: AbortSignal | null,
): Promise<void> | null {
  if (rows.length > ROWS_AT_ONCE) return readSlices(rows, read, signal);
  for (const row of rows) read(row);
  return null;
}

async function readSlices<T>(rows: readonly T[], read: (row: T) => void, signal: AbortSignal | null): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_SLICE) {
    for (let at = start; at < Math.min(start + ROWS_PER_SLICE, rows.length); at += 1) read(rows[at] as T);
    // Not until the turn of a caller: others may wait for the same answer.
    await untilNextTurn();
    signal?.throwIfAborted();
  }
}
