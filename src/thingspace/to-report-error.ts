import { toShownText } from '../domain/cut-text.ts';
import { ReportError, type ReportErrorCode, type UpstreamSaid } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { isDeadSession } from './dead-session.ts';
import { readErrorBody, readErrorObject, type ErrorBody } from './error-body.ts';
import type { HttpResponse } from './http-client.ts';
import { toTransportAdvice } from './transport-advice.ts';
import { isTooLarge, TransportError } from './transport-error.ts';

interface Advice {
  readonly code: ReportErrorCode;
  readonly message: string;
}

const RATE_LIMITED: Advice = {
  code: 'UPSTREAM_RATE_LIMITED',
  message: 'The platform’s rate limit for the account is used up. Try again after the time in retryAfterSeconds.',
};
const ADVICE: Record<number, Advice> = {
  401: {
    code: 'UPSTREAM_UNAUTHENTICATED',
    message: 'The platform rejected the tokens, even new ones. Check that the application may use the service.',
  },
  403: {
    code: 'UPSTREAM_FORBIDDEN',
    message: 'The platform denied access. Check that the user may see the account, and that the device is certified.',
  },
  404: {
    code: 'UPSTREAM_NOT_FOUND',
    message:
      'The platform did not find what was requested. Check the IMEI, and that the device is active on this account.',
  },
  408: {
    code: 'UPSTREAM_TIMEOUT',
    message: 'The platform timed out. Try again in a moment. For a report, a shorter window can help.',
  },
  409: {
    code: 'UPSTREAM_CONFLICT',
    message:
      'The platform rejected the request because of the account’s state. Check that the account has bought the service.',
  },
  429: RATE_LIMITED,
};
/** The platform's code for an account without a callback listener. */
export const NO_LISTENER_CODE = 'CALLBACK_NOT_REGISTERED';
const NO_LISTENER =
  'The account has no callback listener, so the platform has nowhere to send the results. ' +
  'Call the mutation registerCallbackListener, then send this request again.';
const BAD_REQUEST: Advice = {
  code: 'UPSTREAM_BAD_REQUEST',
  message: 'The platform rejected the request. Check the devices, the dates and the account.',
};
const UNAVAILABLE: Advice = {
  code: 'UPSTREAM_UNAVAILABLE',
  message:
    'The platform failed or could not be reached. Try again in a moment. If it keeps failing, contact the carrier.',
};

/** Reported to the caller if a 429 has no Retry-After header. */
const DEFAULT_RETRY_AFTER_SECONDS = 10;

/**
 * The error for a response that is not a success. Apart from its status, it passes on only the platform's own
 * code and message, with secrets hidden.
 */
export function toStatusError(answer: HttpResponse, hide: (text: string) => string, nowMs: number): ReportError {
  const said = readErrorBody(answer.body);
  return toError(answer, said, adviceOf(answer.status, said), hide, nowMs);
}

/** The same for a call with both tokens: a dead session is UPSTREAM_UNAUTHENTICATED, whatever the status. */
export function toCallError(answer: HttpResponse, hide: (text: string) => string, nowMs: number): ReportError {
  const said = readErrorBody(answer.body);
  return toError(answer, said, adviceOf(isDeadSession(answer.status, said) ? 401 : answer.status, said), hide, nowMs);
}

/**
 * The error that a failed call throws: a TransportError becomes a ReportError, a rate limit always has `retryAfterSeconds`,
 * and any other error is returned as it is.
 */
export function toReportError(error: unknown): unknown {
  if (error instanceof TransportError) return toTransportReportError(error);
  if (!(error instanceof ReportError) || error.code !== 'UPSTREAM_RATE_LIMITED') return error;
  return new ReportError(error.code, error.message, {
    retryAfterSeconds: DEFAULT_RETRY_AFTER_SECONDS,
    ...error.details,
  });
}

/**
 * Marks UPSTREAM_UNAVAILABLE and UPSTREAM_TIMEOUT with `isOutage`: the platform is known to be down.
 * Any other error is returned as it is.
 */
export function toOutageError(error: unknown): unknown {
  if (!(error instanceof ReportError)) return error;
  if (error.code !== 'UPSTREAM_UNAVAILABLE' && error.code !== 'UPSTREAM_TIMEOUT') return error;
  return new ReportError(error.code, error.message, { ...error.details, isOutage: true });
}

/** The error of a call that starts work and may have arrived although it failed: the message says so, and `mayHaveStarted` is true. */
export function toUncertainError(error: unknown): unknown {
  const failure = toReportError(error);
  if (!(failure instanceof ReportError)) return failure;
  return new ReportError(
    failure.code,
    'The platform sent no usable response, but may have accepted the request. Sending it again may start the report twice.',
    { ...failure.details, mayHaveStarted: true },
  );
}

/** The error of a call that is not made because the breaker is open for another `pauseMs` milliseconds. */
export function toNotAskedError(pauseMs: number): ReportError {
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    'The platform keeps failing, so calls to it are paused and nothing was sent. Try again after the time in retryAfterSeconds.',
    { notAsked: true, isOutage: true, retryAfterSeconds: Math.max(1, Math.ceil(pauseMs / 1000)) },
  );
}

/** The error of a call that is not made because the platform allows none for the account for another `pauseMs` milliseconds. */
export function toPausedError(pauseMs: number): ReportError {
  return new ReportError('UPSTREAM_RATE_LIMITED', RATE_LIMITED.message, {
    notAsked: true,
    retryAfterSeconds: Math.max(1, Math.ceil(pauseMs / 1000)),
  });
}

/** The error for a 2xx response whose body cannot be read. */
export function toUnreadableError(status: number): ReportError {
  return new ReportError('UPSTREAM_UNAVAILABLE', 'The platform’s response cannot be read. Try again in a moment.', {
    upstream: { status, code: null, message: null },
  });
}

/** Date.parse accepts almost any text as a date, so the form is checked first. */
const HTTP_DATE = /^\s*[A-Z][a-z]{2,8}, .* GMT\s*$/;

/**
 * What the platform says in an error body that came with a 2xx status, with secrets hidden; null if the value is not an error body.
 */
export function readErrorInSuccess(value: JsonObject, hide: (text: string) => string): UpstreamSaid | null {
  const said = readErrorObject(value);
  return said.codes.length + said.messages.length === 0 ? null : toSaid(200, said, hide);
}

/**
 * Seconds to wait according to a Retry-After header, in either of its forms (RFC 9110, section 10.2.3);
 * null if it is missing or not valid.
 */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const atMs = HTTP_DATE.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

function toTransportReportError(error: TransportError): ReportError {
  const details = isTooLarge(error) ? { isAnswerTooLarge: true } : {};
  return new ReportError('UPSTREAM_UNAVAILABLE', toTransportAdvice(error) ?? UNAVAILABLE.message, details);
}

function toError(
  answer: HttpResponse,
  said: ErrorBody,
  { code, message }: Advice,
  hide: (text: string) => string,
  nowMs: number,
): ReportError {
  const upstream = toSaid(answer.status, said, hide);
  const retryAfterSeconds = readRetryAfter(answer.retryAfter, nowMs);
  return new ReportError(code, message, { upstream, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) });
}

function toSaid(
  status: number | null,
  { codes: [code], messages: [message] }: ErrorBody,
  hide: (text: string) => string,
): UpstreamSaid {
  const show = (text: string | undefined): string | null => (text === undefined ? null : toShownText(text, hide));
  return { status, code: show(code), message: show(message) };
}

function adviceOf(status: number, { codes }: ErrorBody): Advice {
  const isRejection = status >= 400 && status < 500;
  const advice = ADVICE[status] ?? (isRejection ? BAD_REQUEST : UNAVAILABLE);
  return isRejection && codes.includes(NO_LISTENER_CODE) ? { code: advice.code, message: NO_LISTENER } : advice;
}
