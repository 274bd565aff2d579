import { randomUUID } from 'node:crypto';
import type { KeyValueStore } from '../../domain/key-values.ts';
import type { SharedLocks } from '../../domain/shared-locks.ts';
import type { HttpResponse } from '../http-client.ts';
import { toFailureSummary, type FailureSummary } from '../resilience/failure-summary.ts';
import type { Secrets } from '../secrets.ts';
import { toCallError, toStatusError } from '../to-report-error.ts';
import { createLockoutGuard, type LockoutGuardOptions } from './lockout-guard.ts';
import { createSharedTokens, UNSHARED_TOKENS } from './shared-tokens.ts';
import { createSignInCalls, type SignInCallsOptions } from './sign-in-calls.ts';
import { createSignIn } from './sign-in.ts';
import { createTokenSeal } from './token-seal.ts';
import { createTokenSource, type TokenSource } from './token-source.ts';

/** What an operator has to know about signing in. */
export interface SignInEvents {
  /** Called once for each new cause of failed sign-ins, and with null when sign-in works again. */
  readonly onSignInFailure: (failure: FailureSummary | null) => void;
  /** Called once when sign-in is blocked until somebody acts. `advice` says what to do, and contains no secrets. */
  readonly onSignInBlocked: (failure: FailureSummary, advice: string) => void;
}

export interface SignedInTokensOptions extends SignInCallsOptions, SignInEvents, Pick<LockoutGuardOptions, 'onLogin'> {
  /** Where failed logins are counted, for all processes together. */
  readonly keyValues: KeyValueStore;
  /** What the servers on one database take turns with to sign in, and then share the tokens; null if there is only this server. */
  readonly locks: SharedLocks | null;
  /** Receives every new token, to hide it in texts. */
  readonly secrets: Secrets;
}

/** How long it may take to record a login and its outcome. */
const MAX_RECORDING_MS = 30_000;

/** The server's own tokens: obtained with its credentials, reused, and renewed when the platform reports one as dead. */
export function createSignedInTokens(options: SignedInTokensOptions): TokenSource {
  const { baseUrl, credentials, keyValues, locks, clock, policies, secrets } = options;
  const seal = createTokenSeal(baseUrl, credentials);
  const signIn = createSignIn({
    calls: createSignInCalls(options),
    sharedTokens: locks === null ? UNSHARED_TOKENS : createSharedTokens({ keyValues, locks, seal, clock }),
    lockoutGuard: createLockoutGuard({
      ...options,
      newId: randomUUID,
      maxLoginMs: policies.login.maxMs + MAX_RECORDING_MS,
      onBlocked: (refused) => options.onSignInBlocked(toFailureSummary(refused), refused.message),
    }),
    clock,
    secrets,
    toStatusError: (answer: HttpResponse) => toStatusError(answer, secrets.hideIn, clock.now()),
    onFailure: options.onSignInFailure,
  });
  return createTokenSource({
    signIn,
    secrets,
    toCallError: (answer) => toCallError(answer, secrets.hideIn, clock.now()),
  });
}
