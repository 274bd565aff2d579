import { ReportError } from '../../domain/errors.ts';
import { countFailed, MAX_FAILED_LOGINS, MAX_REJECTIONS, rejectionsOf, type LoginHistory } from './login-history.ts';

const APPLICATION = {
  what: 'the application’s key and secret at the token call',
  variables: 'THINGSPACE_CLIENT_ID and THINGSPACE_CLIENT_SECRET',
};
const USER = {
  what: 'the user name and password at the login',
  variables: 'THINGSPACE_USERNAME and THINGSPACE_PASSWORD',
};
const EITHER = {
  what: 'the credentials',
  variables: 'THINGSPACE_CLIENT_ID, THINGSPACE_CLIENT_SECRET, THINGSPACE_USERNAME and THINGSPACE_PASSWORD',
};

/** The SIGN_IN_REFUSED error: which credentials the platform rejected last, and what the operator has to do. */
export function toSignInRefused(history: LoginHistory, fingerprint: string): ReportError {
  const { said, credentials } = rejectionsOf(history, fingerprint);
  return new ReportError('SIGN_IN_REFUSED', toAdvice(history, fingerprint), {
    ...(said === null ? {} : { upstream: said }),
    ...(credentials === null ? {} : { rejectedCredentials: credentials }),
  });
}

function toAdvice(history: LoginHistory, fingerprint: string): string {
  const { times, credentials } = rejectionsOf(history, fingerprint);
  const { what, variables } = credentials === null ? EITHER : { application: APPLICATION, user: USER }[credentials];
  const rejected = times === 0 ? '' : `The platform rejected ${what}. `;
  if (countFailed(history) >= MAX_FAILED_LOGINS) {
    return (
      `Sign-in is blocked: one more failed login could lock the user at the carrier. ${rejected}` +
      `Make sure that ${variables} are correct, then run npm run reset-sign-in.`
    );
  }
  if (times >= MAX_REJECTIONS) {
    return (
      `Sign-in is blocked after repeated rejections, before the carrier locks the user. ${rejected}` +
      `Correct ${variables}, then restart the server. If they are already correct, run npm run reset-sign-in.`
    );
  }
  return `${rejected}Check ${variables}: one more rejection blocks sign-in.`;
}
