// A file of its own: the schema, the context and the execution share these types.
/** Reports that whoever waits has gone away, as an AbortSignal does, at a fraction of the cost of one per request. */
export interface CancelSignal {
  /**
   * Calls the listener with the reason when the signal aborts, at once if it has already. Returns a function that unsubscribes.
   */
  onAbort(listener: (reason: Error) => void): () => void;
}

/** The time limit of an operation. */
export interface Deadline {
  /** Aborts when the client disconnects or, after `begin`, when the time is over. */
  readonly signal: CancelSignal;
  /** Starts the time limit. */
  begin(): void;
  /** Throws OPERATION_TIMEOUT if the time is over. Call it before work that must not start after that. */
  rejectIfOver(): void;
}
