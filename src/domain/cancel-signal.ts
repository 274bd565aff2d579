// A file of its own: whatever waits for upstream calls takes one, also without a deadline.
/** Reports that whoever waits has gone away, as an AbortSignal does, at a fraction of the cost of one per request. */
export interface CancelSignal {
  /**
   * Calls the listener with the reason when the signal aborts, at once if it has already. Returns a function that unsubscribes.
   */
  onAbort(listener: (reason: Error) => void): () => void;
}
