/** Every way in which a request can fail. The codes are stable, and docs/errors.md documents them. */
export type ReportErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'AUTHENTICATION_UNAVAILABLE'
  | 'FORBIDDEN'
  | 'BUDGET_EXCEEDED'
  | 'ANSWER_TOO_LARGE'
  | 'SUM_TOO_LARGE'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'RESPONSES_UNREAD'
  | 'UPSTREAM_BAD_REQUEST'
  | 'UPSTREAM_UNAUTHENTICATED'
  | 'UPSTREAM_FORBIDDEN'
  | 'UPSTREAM_NOT_FOUND'
  | 'UPSTREAM_CONFLICT'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_TXID_REUSED'
  | 'SIGN_IN_REFUSED'
  | 'REQUEST_CANCELLED'
  | 'OPERATION_TIMEOUT'
  | 'IDEMPOTENCY_CONFLICT'
  | 'IDEMPOTENCY_UNCERTAIN'
  | 'STORE_UNAVAILABLE'
  | 'SERVER_SHUTTING_DOWN'
  | 'NOT_FOUND';

/** What the platform said about a failure, as far as a caller may see it. */
export interface UpstreamSaid {
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** The path of a value in the arguments, such as `['input', 'imei', 1]`. */
export type ArgumentPath = readonly (string | number)[];

/** One fault in what a caller sent: where it is, and what to send instead. */
export interface InputFault {
  readonly argumentPath: ArgumentPath;
  readonly message: string;
  /** How many more it stands for, which are only counted. Only for a fault after the first 100, because those are reported. */
  readonly more?: number;
}

/** How many upstream calls an operation would make, and how many it may make. */
export interface BudgetFault {
  /** Null if there is no upper bound, or if the operation used up its calls while it ran. */
  readonly cost: number | null;
  readonly limit: number;
  /** What to do instead. */
  readonly wayOut: string;
}

/** Which half of the credentials the platform rejected: the application's key and secret, or the user's name and password. */
export type RejectedCredentials = 'application' | 'user';

/** What else is known about a failure. */
export interface ReportErrorDetails {
  readonly faults?: readonly InputFault[];
  readonly budget?: BudgetFault;
  /** The limit that was exceeded. */
  readonly limit?: number;
  readonly upstream?: UpstreamSaid;
  readonly rejectedCredentials?: RejectedCredentials;
  readonly retryAfterSeconds?: number;
  /** Whether the platform may have started the work that failed. */
  readonly mayHaveStarted?: boolean;
  /** Identifies the log line that says more. */
  readonly errorId?: string;
  /** Whether nothing was sent, because calls to the platform are paused. */
  readonly notAsked?: boolean;
  /** Whether the platform is known to be failing, so that another call would hardly help. */
  readonly isOutage?: boolean;
  /** Whether the platform's answer was too large to be read. */
  readonly isAnswerTooLarge?: boolean;
}

/** A failure that callers may see in full: its code says what happened, its message what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportErrorCode;
  readonly details: ReportErrorDetails;

  constructor(code: ReportErrorCode, message: string, details: ReportErrorDetails = {}) {
    // Nobody sees where an expected failure was made.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    // Empty: GraphQL would replace the stack of its own error by another text, and have it described before.
    this.stack = '';
    this.code = code;
    this.details = details;
  }
}

/** Does work that may make expected errors, which have no stack then: to describe it takes longer than the rest of an error. */
export function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Bounds the response to a list of a hundred thousand bad values. */
export const MAX_REPORTED_FAULTS = 100;

/** Throws BAD_USER_INPUT with all faults, or with the first 100 if there are more. Does nothing if there are none. */
export function rejectFaults(faults: readonly InputFault[]): void {
  const [first] = faults;
  if (first !== undefined) throw toInputError([first, ...faults.slice(1)]);
}

/** Returns BAD_USER_INPUT with all faults, or with the first 100 if there are more. */
export function toInputError(faults: readonly [InputFault, ...InputFault[]]): ReportError {
  const [first] = faults;
  const reported = faults.slice(0, MAX_REPORTED_FAULTS);
  const total = faults.reduce((sum, { more = 0 }) => sum + 1 + more, 0);
  const where = reported.length < total ? `, the first ${reported.length} in` : ' in';
  const more = total === 1 ? '' : ` (and ${total - 1} more${where} extensions.faults)`;
  const message = `${toArgumentName(first.argumentPath)}: ${first.message}${more}`;
  return new ReportError('BAD_USER_INPUT', message, { faults: reported });
}

function toArgumentName(path: ArgumentPath): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

/** What callers should know besides the result; reported in `extensions.warnings`. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
