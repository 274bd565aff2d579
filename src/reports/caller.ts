/** For whom an upstream call is made. */
export interface Caller {
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal | null;
  /** The same object for all calls of one operation, so that operations take turns upstream. */
  readonly owner: object;
}
