// A file of its own: whatever works in slices lets the event loop serve others between two of them in this way.

/** Resolves in the next turn of the event loop, after what arrived meanwhile has been served. Writes of a transaction go on holding the database. */
export function untilNextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
