import { createCallWithTokens, type TokenSource } from './call-with-tokens.ts';
import type { HttpAnswer } from './exchange.ts';
import { toStatusError } from './failure.ts';
import { createSecrets, toSecretTexts } from './secrets.ts';
import { createSignIn } from './sign-in.ts';
import { createSignInCalls, type SignInCallsOptions } from './sign-in-calls.ts';
import { createSignInLatch } from './sign-in-latch.ts';

/** Tokens of our own: signed in for with the credentials, kept, and renewed when the platform calls one dead. */
export function createSignedInTokens(options: SignInCallsOptions): TokenSource {
  const { baseUrl, credentials, clock } = options;
  const secrets = createSecrets(baseUrl, toSecretTexts(credentials));
  const toError = (answer: HttpAnswer) => toStatusError(answer, secrets.hideIn, clock.now());
  const signIn = createSignIn({
    calls: createSignInCalls(options),
    latch: createSignInLatch(clock),
    clock,
    secrets,
    toStatusError: toError,
  });
  return { callWithTokens: createCallWithTokens({ signIn, toStatusError: toError }), secrets };
}
