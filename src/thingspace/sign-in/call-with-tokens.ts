import type { ReportError } from '../../domain/errors.ts';
import type { Tokens } from '../credentials.ts';
import { isBearerFault, isDeadSession, readErrorBody } from '../error-body.ts';
import type { HttpResponse } from '../http-client.ts';
import type { Secrets } from '../secrets.ts';
import { toUnreadableError } from '../to-report-error.ts';
import { isSuccess } from './login-response.ts';
import type { SignIn, TokenKind } from './sign-in.ts';

/**
 * Makes a call with both tokens and returns the JSON of its success. Throws SignInFailure where there are no tokens, ReportError
 * for an answer that is no success, and what the call throws.
 */
export type CallWithTokens = (
  signal: AbortSignal,
  call: (tokenHeaders: Record<string, string>) => Promise<HttpResponse>,
) => Promise<unknown>;

/** Whose tokens the calls of a client travel with, and what nobody may see of them. */
export interface TokenSource {
  readonly callWithTokens: CallWithTokens;
  readonly secrets: Pick<Secrets, 'hideIn'>;
}

export interface CallWithTokensOptions {
  readonly signIn: SignIn;
  readonly toStatusError: (answer: HttpResponse) => ReportError;
}

/** A failure before the call itself was made, its cause; sign-in has its own retries. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
}

/** Calls with the tokens of sign-in: one that is answered with a dead token is repeated with a new one, once for each of the two. */
export function createCallWithTokens({ signIn, toStatusError }: CallWithTokensOptions): CallWithTokens {
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
      if (givenUp.length === 0) throw toStatusError(answer);
      for (const kind of givenUp) renewed.add(kind);
    }
  };
}

export function toTokenHeaders({ bearer, session }: Tokens): Record<string, string> {
  return { Authorization: `Bearer ${bearer}`, 'VZ-M2M-Token': session };
}

interface DeadTokens {
  readonly kinds: readonly (keyof Tokens)[];
  readonly isSure: boolean;
}

/** The tokens that an answer calls dead. Any other 401 does not say which of the two it means. */
export function toDeadTokens({ status, body }: HttpResponse): DeadTokens {
  const said = readErrorBody(body);
  if (isDeadSession(status, said)) return { kinds: ['session'], isSure: true };
  if (isBearerFault(status, said)) return { kinds: ['bearer'], isSure: true };
  return { kinds: status === 401 ? ['bearer', 'session'] : [], isSure: false };
}

/** The JSON of a success. Throws UPSTREAM_UNAVAILABLE where it is none. */
export function readJson(answer: HttpResponse): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw toUnreadableError(answer.status);
  }
}
