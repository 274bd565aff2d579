// A file of its own: whatever waits for upstream calls takes one, also without a deadline.
/** Aborts as an AbortSignal does, but is much cheaper to create for each request. */
export interface CancelSignal {
  /**
   * Calls the listener with the reason when the signal aborts, at once if it has already. Returns a function that unsubscribes.
   */
  onAbort(listener: (reason: Error) => void): () => void;
}
