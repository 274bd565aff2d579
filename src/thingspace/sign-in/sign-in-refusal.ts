import { ReportError } from '../../domain/errors.ts';
import { countFailed, MOST_FAILED_LOGINS, MOST_REFUSALS, refusalsOf, type SignInRecord } from './login-history.ts';

const VARIABLES = 'THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME and THINGSPACE_PASSWORD';

/** SIGN_IN_REFUSED, with what the operator can do about it. */
export function toRefusal(record: SignInRecord, fingerprint: string): ReportError {
  const { times, said } = refusalsOf(record, fingerprint);
  return new ReportError('SIGN_IN_REFUSED', toAdvice(record, times), said === null ? {} : { upstream: said });
}

function toAdvice(record: SignInRecord, refusals: number): string {
  if (countFailed(record) >= MOST_FAILED_LOGINS) {
    return (
      'Sign-in is shut: one more failed login could lock the user at the carrier. ' +
      `Make sure that ${VARIABLES} are right, then run npm run rearm-sign-in.`
    );
  }
  if (refusals >= MOST_REFUSALS) {
    return (
      `Sign-in is shut after repeated failures, before the carrier locks the user. Correct ${VARIABLES}, then restart the server; ` +
      'where they are right, run npm run rearm-sign-in.'
    );
  }
  return `The platform refuses the credentials. Check ${VARIABLES}: after one more refusal sign-in stays shut.`;
}
