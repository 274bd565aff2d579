import type { ReportError } from '../../domain/errors.ts';
import type { Tokens } from '../credentials.ts';
import { isDeadSession } from '../dead-session.ts';
import { isBearerFault, readErrorBody } from '../error-body.ts';
import type { HttpResponse } from '../http-client.ts';
import type { Secrets } from '../secrets.ts';
import { toUnreadableError } from '../to-report-error.ts';
import { isSuccess } from './login-response.ts';
import type { SignIn, TokenKind } from './sign-in.ts';

/**
 * Makes a call with both tokens and returns the parsed JSON of a 2xx response. Throws SignInFailure if there are no tokens,
 * ReportError for a response that is not a success, and what the call throws.
 */
export type CallWithTokens = (
  signal: AbortSignal,
  call: (tokenHeaders: Record<string, string>) => Promise<HttpResponse>,
) => Promise<unknown>;

/** The tokens that the calls of a client use, and how to hide them in a text. */
export interface TokenSource {
  readonly callWithTokens: CallWithTokens;
  readonly secrets: Pick<Secrets, 'hideIn'>;
}

export interface CallWithTokensOptions {
  readonly signIn: SignIn;
  readonly toCallError: (answer: HttpResponse) => ReportError;
}

/** Sign-in failed, so the call was not made; `cause` is the reason. The call is not retried, because sign-in has its own retries. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
}

/**
 * Makes calls with the tokens of sign-in. If a response reports a dead token, the call is repeated with a new
 * one, once for each of the two tokens.
 */
export function createCallWithTokens({ signIn, toCallError }: CallWithTokensOptions): CallWithTokens {
  return async (signal, call) => {
    const renewed = new Set<TokenKind>();
    for (;;) {
      const tokens = await signIn.tokens(signal).catch((cause: unknown) => {
        throw new SignInFailure('sign-in failed', { cause });
      });
      const answer = await call(toTokenHeaders(tokens));
      if (isSuccess(answer)) return readJson(answer);
      const { kinds, isSure } = toDeadTokens(answer);
      const givenUp = kinds.filter((kind) => !renewed.has(kind) && signIn.giveUp(kind, tokens[kind], isSure));
      if (givenUp.length === 0) throw toCallError(answer);
      for (const kind of givenUp) renewed.add(kind);
    }
  };
}

/** The headers that carry both tokens (docs/upstream/README.md, "Signing in"). */
export function toTokenHeaders({ bearer, session }: Tokens): Record<string, string> {
  return { Authorization: `Bearer ${bearer}`, 'VZ-M2M-Token': session };
}

interface DeadTokens {
  readonly kinds: readonly (keyof Tokens)[];
  readonly isSure: boolean;
}

/** The tokens that a response reports as dead. `isSure` is false for a 401 that does not say which of the two it means. */
export function toDeadTokens({ status, body }: HttpResponse): DeadTokens {
  const said = readErrorBody(body);
  if (isDeadSession(status, said)) return { kinds: ['session'], isSure: true };
  if (isBearerFault(status, said)) return { kinds: ['bearer'], isSure: true };
  return { kinds: status === 401 ? ['bearer', 'session'] : [], isSure: false };
}

/** Parses the body of a 2xx response. Throws UPSTREAM_UNAVAILABLE if it is not valid JSON. */
export function readJson(answer: HttpResponse): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw toUnreadableError(answer.status);
  }
}
