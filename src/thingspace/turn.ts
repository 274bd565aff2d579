/** Who pays for a call with one of its turns. */
export interface TurnTaker {
  /** Calls with the same key wait for each other. */
  readonly key: object;
  /** The principal whose calls these are: principals take turns before keys do. */
  readonly principal: () => string;
}

/** Whose turn a call takes while it waits: principals take turns, then the accounts of each, then the keys of each account. */
export interface Turn {
  /** Who pays for it; others can join while it waits. */
  taker: TurnTaker;
  /** The account that the call is about; empty for none. */
  accountNumber: string;
  /**
   * Set by a queue while the call waits there: lets it take a turn of another taker if that comes sooner. Returns true if it takes that
   * one instead of another of the same principal.
   */
  join: ((taker: TurnTaker) => boolean) | null;
  /** Called by a queue when the call begins to wait there. */
  onWait: () => void;
}

/** The principal of calls that this server makes for itself. */
export const NO_PRINCIPAL = (): string => '';

/** The turn of a call that does not wait yet. */
export function createTurn(key: object, principal: () => string = NO_PRINCIPAL): Turn {
  return { taker: { key, principal }, accountNumber: '', join: null, onWait: () => undefined };
}
