import type { SharedCounts } from './shared-counts.ts';

/** What servers on one database limit and count together. Every promise rejects if the database does not answer soon. */
export interface SharedLimits extends SharedPaces, SharedCallers, SharedCounts {}

/** How fast calls of each key leave. */
export interface SharedPaces {
  /**
   * Reserves calls of this key, and returns in how many milliseconds each of them may leave, in order. All servers together let at most
   * `maxCalls` leave in any period of this length. `count` is at most `maxCalls`.
   */
  reserveCalls(key: string, count: number, pace: CallPace): Promise<readonly number[]>;
  /** Lets no server send calls of this key for this long, unless they may send none for longer. */
  pauseCalls(key: string, milliseconds: number): Promise<void>;
  /** The keys that begin with this text and may not be sent, each with the milliseconds that are left. */
  readPauses(prefix: string): Promise<ReadonlyMap<string, number>>;
  /** Calls the listener when a server has paused calls, and after any gap in notifications. Returns the function that stops it. */
  onPause(listener: () => void): () => void;
}

export interface CallPace {
  readonly maxCalls: number;
  readonly periodMs: number;
}

/** What callers do at all servers together. */
export interface SharedCallers {
  /**
   * Adds requests of callers, each to a bucket that so many leave per millisecond. Returns how many are in each of these buckets now, those
   * of other servers included.
   */
  addRequests(added: ReadonlyMap<string, number>, perMs: number): Promise<ReadonlyMap<string, number>>;
  /**
   * Stores how many subscriptions callers have open at this server, if that has changed. Returns how many each of these callers has open at
   * other servers; those with none are absent. A server that does not call this for ten seconds counts as ended.
   */
  shareOpen(
    server: string,
    changed: ReadonlyMap<string, number>,
    callers: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
}
