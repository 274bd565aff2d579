import { ReportError } from '../domain/errors.ts';
import type { CallTrace } from '../telemetry/traces.ts';
import { isDeadSession } from './dead-session.ts';
import { readErrorBody } from './error-body.ts';
import type { Exchange, HttpRequest, HttpResponse } from './http-client.ts';
import type { Attempt, PolicyCall } from './resilience/call-policy.ts';
import { isSuccess } from './sign-in/login-response.ts';
import type { TokenKind } from './sign-in/sign-in.ts';
import type { TokenSource } from './sign-in/token-source.ts';
import { toUnreadableError } from './to-report-error.ts';
import { isNeverArrived, TransportError } from './transport-error.ts';
import type { Turn } from './turn.ts';

/** How one call is made. */
export interface CallOptions {
  /** What is called, in metrics and traces, such as aggregated-report. */
  readonly endpoint: string;
  /** The account that the call is about. */
  readonly accountNumber: string;
  /** True if a success may have an empty body; the result is null then. */
  readonly mayBeEmpty?: boolean;
  /** Aborts when nobody waits for the call any more. A call that is not repeatable is then not sent, but once sent it is not cut off. */
  readonly signal: AbortSignal | null;
  readonly turn: Turn;
  /** The id of the request that pays for the call; null if there is none. Read whenever the call is sent. */
  readonly requestId?: () => string | null;
  /** Records the call, and passes its ids on to the platform; null if traces are turned off. */
  readonly trace?: CallTrace | null;
  /** Called just before a request is written and sent: once for each attempt that comes so far. What it throws ends the call. */
  readonly onSend: () => void;
  /** Called with the bytes of each piece of a response. A ReportError that it throws ends the call. */
  readonly onReceive?: (bytes: number) => void;
  /** Called after a request that found no connection to the platform, so that it has not arrived there. */
  readonly onNotArrived?: () => void;
  /** Called after a 429: the platform has done nothing, and the call may wait to be sent again. */
  readonly onRateLimited?: () => void;
}

/** One call to the platform, and what its attempts have shown so far. */
export interface PlatformCall
  extends
    PolicyCall,
    Pick<HttpRequest, 'method' | 'url'>,
    Required<
      Pick<
        CallOptions,
        'endpoint' | 'mayBeEmpty' | 'requestId' | 'trace' | 'onSend' | 'onReceive' | 'onNotArrived' | 'onRateLimited'
      >
    > {
  /** What the URL of the platform is followed by. */
  readonly path: string;
  /** Writes the request whenever it leaves, and not before: until then, more can join a call that waits. */
  readonly write: () => WrittenRequest;
  /** The latest request; null before the first. */
  written: WrittenRequest | null;
  /** How often it was sent. */
  attempts: number;
  /** True if the call is safe to send again after it may have arrived. */
  readonly repeatable: boolean;
  /** Once it aborts, a call that is not repeatable is not sent; once sent, it is not cut off. */
  readonly withheldBy: AbortSignal | null;
  /** Whether the platform may have begun what the call asked for. */
  mayHaveStarted: boolean;
  /** Kinds of tokens that were replaced because the platform reported them as dead. */
  readonly renewed: Set<TokenKind>;
}

/** What a request says, as JSON. */
export interface WrittenRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Null for a request without a body. */
  readonly body: string | null;
  /** Largest response to read, in bytes. */
  readonly maxBytes: number;
  /** The number of devices that it names; null if it is about a whole account, or about no device. */
  readonly devices: number | null;
}

export interface SendCallOptions {
  readonly exchange: Exchange;
  readonly tokens: TokenSource;
}

/**
 * Creates the attempt of a call: asks for the tokens, writes and sends the request, and returns the parsed JSON of a 2xx response.
 * Throws SignInFailure, TokensRenewed, ReportError for any other response, or what `leave`, `write` or the exchange throws.
 */
export function createSendCall({ exchange, tokens }: SendCallOptions): Attempt<PlatformCall, unknown> {
  return async (call, signal, leave) => {
    const sent = await tokens.current(signal);
    signal.throwIfAborted();
    call.withheldBy?.throwIfAborted();
    leave();
    call.onSend();
    call.written = call.write();
    const answer = await send(exchange, call, call.written, sent.headers, signal);
    if (answer.status === 429) call.onRateLimited();
    if (!isSuccess(answer)) throw tokens.toError(answer, sent, call.renewed);
    return call.mayBeEmpty && answer.body.trim() === '' ? null : readJson(answer);
  };
}

const WITHOUT_BODY = { Accept: 'application/json' };
const WITH_JSON = { 'Content-Type': 'application/json', ...WITHOUT_BODY };

async function send(
  exchange: Exchange,
  call: PlatformCall,
  { headers, body, maxBytes, devices }: WrittenRequest,
  tokenHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, url, endpoint, repeatable, onReceive } = call;
  call.attempts += 1;
  const requestId = call.requestId();
  const attempt = call.trace?.beginAttempt(method, call.path) ?? null;
  try {
    const answer = await exchange({
      method,
      url,
      headers: {
        ...(body === null ? WITHOUT_BODY : WITH_JSON),
        ...(requestId === null ? {} : { 'X-Request-Id': requestId }),
        ...attempt?.headers,
        ...headers,
        ...tokenHeaders,
      },
      ...(body === null ? {} : { body }),
      signal,
      freshConnection: !repeatable,
      maxBytes,
      onReceive,
      purpose: { endpoint, attempt: call.attempts, devices },
    });
    call.mayHaveStarted = mayHaveStarted(answer);
    attempt?.end({ status: answer.status });
    return answer;
  } catch (error) {
    attempt?.end({ failure: toFailure(error) });
    call.mayHaveStarted = !isNeverArrived(error);
    if (!call.mayHaveStarted) call.onNotArrived();
    throw error;
  }
}

/** The platform begins nothing for a session that is dead. */
function mayHaveStarted({ status, body }: HttpResponse): boolean {
  return status < 300 || (status >= 500 && !isDeadSession(status, readErrorBody(body)));
}

/** What an attempt without a response failed of, in a word. */
function toFailure(error: unknown): string {
  if (error instanceof TransportError) return error.systemCode ?? error.fault;
  return error instanceof ReportError ? error.code : 'ERROR';
}

/** Parses the body of a 2xx response. Throws UPSTREAM_UNAVAILABLE if it is not valid JSON. */
function readJson(answer: HttpResponse): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw toUnreadableError(answer.status);
  }
}
