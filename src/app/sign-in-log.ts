// A file of its own: what the log says of sign-in, and at which level.
import type { Log } from '../log.ts';
import type { SignInEvents } from '../thingspace/sign-in/signed-in-tokens.ts';

/** Logs when sign-in at the host fails, when it is blocked until an operator acts, and when it works again. */
export function createSignInLog(log: Log, host: string): SignInEvents {
  return {
    onSignInFailure: (failure) =>
      failure === null
        ? log.info('signed in to the platform again')
        : log.warn({ host, ...failure }, 'signing in to the platform failed'),
    onSignInBlocked: (failure, advice) => log.error({ host, ...failure }, advice),
  };
}
