/** Tells that someone who waits has gone away. */
export interface Departure {
  /** Calls the listener with the reason once, at once where it is over already; returns what calls it off. */
  onGone(listener: (reason: Error) => void): () => void;
}
