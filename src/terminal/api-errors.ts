import { EXIT, TerminalError, type ExitCode } from './terminal-error.ts';

/** An error of a GraphQL response. */
export interface SentError {
  readonly message: string;
  readonly code: string | null;
  readonly retryAfterSeconds: number | null;
}

const TRY_LATER = new Set([
  'AUTHENTICATION_UNAVAILABLE',
  'CPU_SHARE_USED_UP',
  'OPERATION_TIMEOUT',
  'RATE_LIMITED',
  'RESPONSES_UNREAD',
  'SERVER_SHUTTING_DOWN',
  'STORE_UNAVAILABLE',
  'TOO_MANY_SUBSCRIPTIONS',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
]);

/** What to do here, if the message of the server speaks to programs. */
const ADVICE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Set DEVICE_REPORTS_TOKEN to a token for this server.',
  BUDGET_EXCEEDED: 'Ask for fewer devices or days, use --all-devices, or request the report with fleet.',
  DOCUMENT_NOT_TRUSTED: 'These commands have documents of their own. Ask a server that runs other documents, too.',
  HOST_NOT_ALLOWED: 'Set --url to a name that the server knows.',
};

/** The error of a command whose operation failed. */
export function toApiError({ message, code, retryAfterSeconds }: SentError): TerminalError {
  const advice = code === null ? undefined : ADVICE[code];
  const wait = retryAfterSeconds === null ? '' : ` Try again in ${Math.ceil(retryAfterSeconds)} s.`;
  const name = code === null ? '' : ` (${code})`;
  return new TerminalError(toExitCode(code), `${message}${name}${wait}${advice === undefined ? '' : ` ${advice}`}`);
}

function toExitCode(code: string | null): ExitCode {
  if (code === null) return EXIT.failed;
  if (TRY_LATER.has(code)) return EXIT.tryLater;
  switch (code) {
    case 'BAD_USER_INPUT':
      return EXIT.wrongArguments;
    case 'BUDGET_EXCEEDED':
      return EXIT.tooManyCalls;
    case 'UNAUTHENTICATED':
    case 'FORBIDDEN':
    case 'UPSTREAM_FORBIDDEN':
      return EXIT.notAllowed;
    default:
      return EXIT.failed;
  }
}

/** The error of a response that is not GraphQL. */
export function toStatusError(url: URL, status: number): TerminalError {
  const what = `${url.origin}${url.pathname} answered HTTP ${status}.`;
  if (status === 401 || status === 403)
    return new TerminalError(EXIT.notAllowed, `${what} Set DEVICE_REPORTS_TOKEN to a token that may do this.`);
  if (status === 429 || status >= 500) return new TerminalError(EXIT.tryLater, `${what} Try again later.`);
  return new TerminalError(EXIT.failed, `${what} Check --url or DEVICE_REPORTS_URL.`);
}

/** The error of a server that could not be reached, or that broke off its response; of Ctrl+C, if that was the reason. */
export function toNetworkError({ origin }: URL, error: unknown, signal: AbortSignal): TerminalError {
  if (signal.aborted) return new TerminalError(EXIT.interrupted, 'Interrupted.', { cause: error });
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  if (cause instanceof Error && cause.message === 'unexpected redirect')
    return new TerminalError(EXIT.failed, `${origin} redirects. Set --url to where it leads.`, { cause: error });
  return new TerminalError(
    EXIT.tryLater,
    `${origin} cannot be reached (${code}). Start the server, set --url or DEVICE_REPORTS_URL to another one, or pass --own-server.`,
    { cause: error },
  );
}
