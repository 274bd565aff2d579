// A file of its own: the schema, the context and the execution share these types.
/** Tells that someone who waits has gone away: what an AbortSignal tells, at a fraction of what one costs a request. */
export interface CancelSignal {
  /** Calls the listener with the reason once they have gone, at once where they have; returns what calls it off. */
  onAbort(listener: (reason: Error) => void): () => void;
}

/** When an operation has to be over. */
export interface Deadline {
  /** Of the client, or of the operation's time once it has begun. */
  readonly signal: CancelSignal;
  /** Lets the time run from now on. */
  begin(): void;
  /** Throws OPERATION_TIMEOUT once the time is over: for what is not to be started then. */
  rejectIfOver(): void;
}
