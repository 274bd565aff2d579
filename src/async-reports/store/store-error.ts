/**
 * Why the store failed.
 * UNAVAILABLE: it cannot be reached, is locked, or the connection broke; a retry can succeed.
 * FULL: its disk is full.
 * OVERLOADED: too many messages are waiting to be written; a retry can succeed.
 * UNKNOWN_FULL: messages of unknown transactions take all the room that they may; nothing was recorded.
 * BAD_CURSOR: the cursor is not one of this list and order.
 * TXID_TAKEN: the transaction belongs to another request.
 * TOO_NEW: a later version of this program wrote the tables.
 * CLOSED: the store is closed.
 * FAILED: anything else.
 */
export type StoreErrorCode =
  | 'UNAVAILABLE'
  | 'FULL'
  | 'OVERLOADED'
  | 'UNKNOWN_FULL'
  | 'BAD_CURSOR'
  | 'TXID_TAKEN'
  | 'TOO_NEW'
  | 'CLOSED'
  | 'FAILED';

const MESSAGES: Record<StoreErrorCode, string> = {
  UNAVAILABLE: 'The database of asynchronous reports is not available at the moment. Try again.',
  FULL: 'The disk of the database of asynchronous reports is full.',
  OVERLOADED: 'Messages arrive faster than they can be stored. Try again.',
  UNKNOWN_FULL: 'There is no room for more messages of unknown transactions.',
  BAD_CURSOR: 'This is not a valid cursor for this list and order. Send one that an earlier page returned, or omit it.',
  TXID_TAKEN: 'The platform returned a transaction that belongs to another request.',
  TOO_NEW: 'A later version of this program wrote the database of asynchronous reports. Start that version.',
  CLOSED: 'The database of asynchronous reports is closed.',
  FAILED: 'The database of asynchronous reports failed.',
};

/** Called for failures that no caller waits for, with the part of the store that was interrupted. */
export type OnStoreFailure = (error: StoreError, part: 'notifications' | 'reading thread') => void;

/** A failure of the store. Its message contains no statement, address or path, so clients may see it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** The driver's error code, for the log; null if there is none. */
  readonly driverCode: string | null;
  readonly #driverMessage: string | null;

  constructor(code: StoreErrorCode, driverCode: string | null = null, driverMessage: string | null = null) {
    super(MESSAGES[code]);
    this.code = code;
    this.driverCode = driverCode;
    this.#driverMessage = driverMessage;
  }

  /**
   * What the driver said, for whoever starts the server; null if it said nothing. It is not a property, because it can contain an address or
   * a path, which must not get into a log with the error.
   */
  driverMessage(): string | null {
    return this.#driverMessage;
  }
}
