import { ReportError } from '../../domain/errors.ts';
import { isBearerFault, readErrorBody } from '../error-body.ts';
import type { HttpResponse } from '../http-client.ts';
import type { LoginAttempt, LockoutGuard } from './lockout-guard.ts';

const NO_SIGN_IN_HERE = new Set([404, 405]);
/** The gateway stopped waiting for the server behind it, which may have checked the password anyway. */
const MAY_HAVE_COUNTED = new Set([408, 502, 504]);
const NOTHING_SAID = { status: null, code: null, message: null };

/** Whether the status is 2xx. */
export function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** The error for a token call without a token. If the platform rejected the client id and secret, the lockout guard records it. */
export async function toTokenCallError(
  { status }: HttpResponse,
  error: ReportError,
  lockoutGuard: Pick<LockoutGuard, 'rejected'>,
): Promise<ReportError> {
  return isRejection(status)
    ? lockoutGuard.rejected(error.details.upstream ?? NOTHING_SAID)
    : toSignInError(status, error);
}

/** The error for a login without a session. Records whether the carrier may have counted the login as failed. */
export async function toLoginError(
  { status, body }: HttpResponse,
  error: ReportError,
  attempt: LoginAttempt,
): Promise<ReportError> {
  const speaksOfBearer = isBearerFault(status, readErrorBody(body));
  if (isRejection(status) && !speaksOfBearer) return attempt.rejected(error.details.upstream ?? NOTHING_SAID);
  await attempt.settle(
    MAY_HAVE_COUNTED.has(status)
      ? { kind: 'uncertain' }
      : { kind: 'failed', atLeastSeconds: error.details.retryAfterSeconds ?? 0 },
  );
  return toSignInError(status, error);
}

/** Whether the platform rejected the credentials. A timeout, a rate limit or a missing path says nothing about them. */
function isRejection(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429 && !NO_SIGN_IN_HERE.has(status);
}

/** A 3xx, 404 or 405 means that sign-in is not at this address, so the advice for reports would not help. */
function toSignInError(status: number, error: ReportError): ReportError {
  if (!NO_SIGN_IN_HERE.has(status) && Math.floor(status / 100) !== 3) return error;
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    'The platform’s address does not offer sign-in. Check THINGSPACE_BASE_URL.',
    error.details,
  );
}
