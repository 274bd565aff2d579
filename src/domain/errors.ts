/** Every way in which a request can fail; the codes are stable and documented in docs/errors.md. */
export type ReportErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'AUTHENTICATION_UNAVAILABLE'
  | 'FORBIDDEN'
  | 'BUDGET_EXCEEDED'
  | 'ANSWER_TOO_LARGE'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'UPSTREAM_BAD_REQUEST'
  | 'UPSTREAM_UNAUTHENTICATED'
  | 'UPSTREAM_FORBIDDEN'
  | 'UPSTREAM_NOT_FOUND'
  | 'UPSTREAM_CONFLICT'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'SIGN_IN_REFUSED'
  | 'REQUEST_CANCELLED'
  | 'OPERATION_TIMEOUT'
  | 'IDEMPOTENCY_CONFLICT'
  | 'IDEMPOTENCY_UNCERTAIN'
  | 'STORE_UNAVAILABLE'
  | 'NOT_FOUND';

/** What the platform itself said, as far as a caller may see it. */
export interface UpstreamSaid {
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

export type ArgumentPath = readonly (string | number)[];

/** One thing wrong with what a caller sent: where, and what to do instead. */
export interface InputFault {
  readonly argumentPath: ArgumentPath;
  readonly message: string;
}

/** What an operation would cost upstream, and what it may. */
export interface BudgetFault {
  /** Null where nothing bounds it. */
  readonly cost: number | null;
  readonly limit: number;
  /** What to do instead. */
  readonly wayOut: string;
}

export interface ReportErrorDetails {
  readonly faults?: readonly InputFault[];
  readonly budget?: BudgetFault;
  /** How many there may be of what there are too many of. */
  readonly limit?: number;
  readonly upstream?: UpstreamSaid;
  readonly retryAfterSeconds?: number;
  /** Whether the platform may have begun what this error is about. */
  readonly mayHaveStarted?: boolean;
  /** Where the operator finds more of it in the log. */
  readonly errorId?: string;
  /** Whether nothing was sent, because the platform is not asked just now. */
  readonly notAsked?: boolean;
  /** Whether the platform is known to fail just now: another call would hardly bring more. */
  readonly isOutage?: boolean;
}

/** A failure that a caller may see whole: its message says what to do, its code what happened. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportErrorCode;
  readonly details: ReportErrorDetails;

  constructor(code: ReportErrorCode, message: string, details: ReportErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** A list of a hundred thousand bad values is not answered with a hundred thousand faults. */
const MAX_REPORTED_FAULTS = 100;

/** Throws BAD_USER_INPUT that names every fault (the first hundred of more), or does nothing where there is none. */
export function rejectFaults(faults: readonly InputFault[]): void {
  const [first] = faults;
  if (first !== undefined) throw toInputError([first, ...faults.slice(1)]);
}

/** BAD_USER_INPUT that names every fault, the first hundred of more. */
export function toInputError(faults: readonly [InputFault, ...InputFault[]]): ReportError {
  const [first] = faults;
  const reported = faults.slice(0, MAX_REPORTED_FAULTS);
  const where = reported.length < faults.length ? `, the first ${reported.length} in` : ' in';
  const more = faults.length === 1 ? '' : ` (and ${faults.length - 1} more${where} extensions.faults)`;
  const message = `${toArgumentName(first.argumentPath)}: ${first.message}${more}`;
  return new ReportError('BAD_USER_INPUT', message, { faults: reported });
}

function toArgumentName(path: ArgumentPath): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

/** What a caller should know beside the answer; it goes to `extensions.warnings`. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
