/** Tells that someone who waits has gone away: what an AbortSignal tells, at a fraction of what one costs a request. */
export interface Departure {
  /** Calls the listener with the reason once they have gone, at once where they have; returns what calls it off. */
  onGone(listener: (reason: Error) => void): () => void;
}
