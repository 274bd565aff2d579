import { randomUUID } from 'node:crypto';
import type { HttpResponse } from '../http-client.ts';
import type { FailureSummary } from '../resilience/failure-summary.ts';
import type { Secrets } from '../secrets.ts';
import { toStatusError } from '../to-report-error.ts';
import { createCallWithTokens, type TokenSource } from './call-with-tokens.ts';
import { createLockoutGuard } from './lockout-guard.ts';
import type { KeyValueStore } from './login-notes.ts';
import { createSignInCalls, type SignInCallsOptions } from './sign-in-calls.ts';
import { createSignIn } from './sign-in.ts';

export interface SignedInTokensOptions extends SignInCallsOptions {
  /** Where failed logins are counted, for all processes together. */
  readonly keyValues: KeyValueStore;
  /** Told of every token. */
  readonly secrets: Secrets;
  /** Told once of each new trouble with signing in, and with null when that works again. */
  readonly onSignInFailure: (failure: FailureSummary | null) => void;
}

/** How long noting a login and its outcome may take. */
const MAX_RECORDING_MS = 30_000;

/** Tokens of our own: signed in for with the credentials, kept, and renewed when the platform calls one dead. */
export function createSignedInTokens(options: SignedInTokensOptions): TokenSource {
  const { clock, policies, secrets } = options;
  const toError = (answer: HttpResponse) => toStatusError(answer, secrets.hideIn, clock.now());
  const signIn = createSignIn({
    calls: createSignInCalls(options),
    lockoutGuard: createLockoutGuard({
      ...options,
      newId: randomUUID,
      maxLoginMs: policies.login.maxMs + MAX_RECORDING_MS,
    }),
    clock,
    secrets,
    toStatusError: toError,
    onFailure: options.onSignInFailure,
  });
  return { callWithTokens: createCallWithTokens({ signIn, toStatusError: toError }), secrets };
}
