// A file of its own: those who make calls share turns with the queues in which the calls wait.
/** Whose turn a call takes while it waits: calls with the same key wait for each other, and keys take turns. */
export interface Turn {
  key: object;
  /** Set by a queue while the call waits there: changes the key if that shortens the wait. Returns whether it did. */
  changeKey: ((key: object) => boolean) | null;
}

/** The turn of a call that does not wait yet. */
export function createTurn(key: object): Turn {
  return { key, changeKey: null };
}
