// A file of its own: bodies of callers, of messages and of the platform are read in different places, by one rule.

/** Number of pieces that may have any size: a slow network delivers small ones. */
const FREE_PIECES = 2_000;
/** Further ones have at least this many bytes on average. */
const MIN_PIECE_BYTES = 128;

/**
 * Whether a body came in too many small pieces so far. Each piece takes a few microseconds and a few hundred bytes of memory, however
 * short it is: a megabyte in chunks of one byte takes two seconds.
 */
export function areTooSmall(pieces: number, bytes: number): boolean {
  return pieces > FREE_PIECES && (pieces - FREE_PIECES) * MIN_PIECE_BYTES > bytes;
}
