import { ReportError } from '../../domain/errors.ts';
import { isBearerFault, readErrorBody } from '../error-body.ts';
import type { HttpResponse } from '../http-client.ts';
import type { LoginAttempt, LockoutGuard } from './lockout-guard.ts';

const NO_SIGN_IN_HERE = new Set([404, 405]);
/** The machine in front gave up on the one behind it, which may have judged the password all the same. */
const MAY_HAVE_COUNTED = new Set([408, 502, 504]);
const NOTHING_SAID = { status: null, code: null, message: null };

export function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** The error of a token call that brought no token; the latch is told where the application's credentials are refused. */
export async function toTokenCallError(
  { status }: HttpResponse,
  error: ReportError,
  lockoutGuard: Pick<LockoutGuard, 'rejected'>,
): Promise<ReportError> {
  return isRejection(status)
    ? lockoutGuard.rejected(error.details.upstream ?? NOTHING_SAID)
    : toSignInError(status, error);
}

/** The error of a login that brought no session, and notes what it may have cost. */
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

/** The platform judged the credentials; a limit of its rate or a path that is not there says nothing of them. */
function isRejection(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429 && !NO_SIGN_IN_HERE.has(status);
}

/** What a report's error advises does not help where sign-in is not where it should be. */
function toSignInError(status: number, error: ReportError): ReportError {
  if (!NO_SIGN_IN_HERE.has(status) && Math.floor(status / 100) !== 3) return error;
  return new ReportError(
    'UPSTREAM_UNAVAILABLE',
    'There is no sign-in at the platform’s address. Check THINGSPACE_BASE_URL.',
    error.details,
  );
}
