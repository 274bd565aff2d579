/**
 * Why the store could not do what it was asked. UNAVAILABLE: gone, locked or lost on the way, so trying again may work;
 * FULL: no room on its disk; OVERLOADED: too much waits already; BAD_CURSOR: a cursor that no page of this kind and order gave;
 * TXID_TAKEN: another account has this transaction; TOO_NEW: a later version of this program wrote it; CLOSED: closed before;
 * FAILED: anything else.
 */
export type StoreErrorCode =
  'UNAVAILABLE' | 'FULL' | 'OVERLOADED' | 'BAD_CURSOR' | 'TXID_TAKEN' | 'TOO_NEW' | 'CLOSED' | 'FAILED';

const MESSAGES: Record<StoreErrorCode, string> = {
  UNAVAILABLE: 'The store of asynchronous reports cannot be reached just now. Try again.',
  FULL: 'The store of asynchronous reports has no room left.',
  OVERLOADED: 'More messages arrive than can be stored. Try again.',
  BAD_CURSOR: 'This is no cursor of this list and order. Use one that an earlier page gave, or leave it out.',
  TXID_TAKEN: 'The platform named a transaction that belongs to another account.',
  TOO_NEW: 'A later version of this program wrote the store of asynchronous reports. Start that version.',
  CLOSED: 'The store of asynchronous reports is closed.',
  FAILED: 'The store of asynchronous reports failed.',
};

/** A failure of the store; its message may be shown, for it holds no statement, address or path. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  /** The driver's own short code, for the log; null where it gave none. */
  readonly driverCode: string | null;

  constructor(code: StoreErrorCode, driverCode: string | null = null) {
    super(MESSAGES[code]);
    this.code = code;
    this.driverCode = driverCode;
  }
}
