import type { ErrorContent, ErrorForm } from '../http/reply.ts';

/** How calls with a session that has ended are answered. */
export interface DeadSession extends ErrorContent {
  body: ErrorForm;
}

type Words = Omit<DeadSession, 'status'>;

function withCode(code: string, message: string): Words {
  return { body: 'errorCode', code, message };
}

function withoutCode(message: string): Words {
  return { body: 'message', code: '', message };
}

const HAS_EXPIRED = 'The session has expired.';
const IS_INVALID = 'The session token is invalid.';
const SERVICE_HAS_EXPIRED = 'UWS verification failure (The Session has expired.)';
const SERVICE_FAILED = 'UWS verification failure (Common exception)';

/** The published answers, by name. */
const ANSWERS = {
  codeExpired: withCode('UnifiedWebService.REQUEST_FAILED.SessionToken.Expired', `${HAS_EXPIRED} Log in again.`),
  codeInvalid: withCode('UnifiedWebService.INPUT_INVALID.SessionToken.Invalid', 'The session token is not valid.'),
  codeFormat: withCode(
    'UnifiedWebService.REQUEST_FAILED.SessionToken.Format',
    'The VZ-M2M-Token header is missing or malformed.',
  ),
  uwsParameter: withCode('INVALID_PARAMETER', SERVICE_HAS_EXPIRED),
  uwsAccess: withCode('INVALID_ACCESS', SERVICE_HAS_EXPIRED),
  uwsCommon: withCode('INVALID_ACCESS', SERVICE_FAILED),
  uwsMessage: withoutCode(SERVICE_FAILED),
  expiredParameter: withCode('INVALID_PARAMETER', HAS_EXPIRED),
  expiredAccess: withCode('INVALID_ACCESS', HAS_EXPIRED),
  expiredUnauthorized: withCode('UNAUTHORIZED', HAS_EXPIRED),
  expiredMessage: withoutCode(HAS_EXPIRED),
  invalidParameter: withCode('INVALID_PARAMETER', IS_INVALID),
  invalidAccess: withCode('INVALID_ACCESS', IS_INVALID),
  invalidUnauthorized: withCode('UNAUTHORIZED', IS_INVALID),
  invalidMessage: withoutCode(IS_INVALID),
} as const satisfies Record<string, Words>;

export type DeadSessionName = keyof typeof ANSWERS;

export const DEAD_SESSION_NAMES: readonly string[] = Object.keys(ANSWERS);
export const DEAD_SESSION_STATUSES: readonly number[] = [400, 401, 403, 500];

export function isDeadSessionName(name: string): name is DeadSessionName {
  return Object.hasOwn(ANSWERS, name);
}

/** Makes a published answer with one of the statuses that it can have. */
export function toDeadSession(name: DeadSessionName, status = 400): DeadSession {
  return { ...ANSWERS[name], status };
}
