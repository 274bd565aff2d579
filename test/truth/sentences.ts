/**
 * The sentences that the oracle reads from the descriptions and that the server does not follow yet, each with a switch. A
 * sentence that is off is neither expected nor contradicted: its fields are not requested, or the fleet has nothing that it is
 * about. This is the only place where the oracle knows of a difference.
 */
export interface Sentences {
  /** A sessions report is settled if its window ended over 24 hours ago, and no session in it is open or ended later than that. */
  readonly sessionsSettle: boolean;
  /** An aggregated report is settled if its window ended more than 48 hours (SETTLE_AFTER_HOURS) ago. */
  readonly aggregatesSettleAfterTwoDays: boolean;
  /** The rows of `daily` are the local days that the window touches, without days in the future. */
  readonly dailyTouchesTheWindow: boolean;
  /** `dailyBefore` has the sessions that began before the first row, and `partial` marks a day that the window cuts. */
  readonly dailyBeforeAndPartial: boolean;
  /** A slow call does not replace what a later call has returned: who asks next gets the later one. */
  readonly newerAnswersStay: boolean;
  /** Every report returns its window as it was sent. */
  readonly windowEcho: boolean;
  /** A window that begins before the 180 days that the platform keeps is refused. */
  readonly oldWindowsAreRefused: boolean;
  /** Devices that nobody requested are in `unexpectedDevices`, and nowhere else. */
  readonly unexpectedDevices: boolean;
  /** An error without an IMEI is in `errors` with imei null, also for named devices, which stay in `missing`. */
  readonly namelessErrors: boolean;
  /**
   * A message of one device that has neither number counts as its usage, because no field of the contract's AggregateUsageItem is
   * required. The server sets a body such as {"txid","imei"} aside, although it takes the same row inside of `usage`.
   */
  readonly flatMessagesNeedNoNumbers: boolean;
  /** A filtered report with named devices has no progress and completes by quiet time. */
  readonly filteredReportsCompleteByQuiet: boolean;
}

export const SENTENCES: Sentences = {
  sessionsSettle: true,
  aggregatesSettleAfterTwoDays: true,
  dailyTouchesTheWindow: true,
  dailyBeforeAndPartial: true,
  newerAnswersStay: true,
  windowEcho: true,
  oldWindowsAreRefused: true,
  unexpectedDevices: true,
  namelessErrors: true,
  flatMessagesNeedNoNumbers: false,
  filteredReportsCompleteByQuiet: true,
};
