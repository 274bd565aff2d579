import type { Log } from '../log.ts';
import type { CallPoliciesOptions } from '../thingspace/resilience/policy.ts';
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

/**
 * Logs when the calls of an account to the host are paused because they keep failing, or those of several accounts, and when they work
 * again.
 */
export function createBreakerLog(log: Log, host: string): CallPoliciesOptions['onBreaker'] {
  return (failure, accountNumber) => {
    const account = accountNumber === null ? {} : { accountNumber };
    if (failure === null) {
      log.info(account, 'the platform is responding again');
      return;
    }
    const calls = accountNumber === null ? 'calls of several accounts' : 'calls of this account';
    log.warn(
      { host, ...failure, ...account },
      `the platform keeps failing; ${calls} are paused until a test call succeeds`,
    );
  };
}
