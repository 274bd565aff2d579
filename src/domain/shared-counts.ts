/** What servers on one database count together. */
export interface SharedCounts {
  /**
   * Stores what a server has counted on a day so far, and returns what all others have on that day, those that have ended included. Rejects
   * if the database does not answer soon.
   */
  shareCounts(counted: CountedDay): Promise<CountsOfOthers>;
}

/** What a server has counted on a day. */
export interface CountedDay {
  /** A name that no other server has or had. */
  readonly server: string;
  /** The number of days from 1970-01-01. */
  readonly day: number;
  /** When it began to count on that day, in epoch milliseconds. */
  readonly sinceMs: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** The sums of all other servers. */
export interface CountsOfOthers {
  /** How many of them have shared their counts in the last 30 seconds. */
  readonly servers: number;
  /** When the first of them began to count on that day; null if there is none. */
  readonly sinceMs: number | null;
  readonly counts: ReadonlyMap<string, number>;
}
