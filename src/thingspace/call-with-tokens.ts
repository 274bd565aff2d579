import type { ReportError } from '../domain/errors.ts';
import type { Tokens } from './credentials.ts';
import { isBearerFault, isDeadSession, readErrorBody } from './error-body.ts';
import type { HttpAnswer } from './exchange.ts';
import { toUnreadableError } from './failure.ts';
import type { SignIn, TokenKind } from './sign-in.ts';
import { isSuccess } from './sign-in-verdict.ts';

/**
 * Makes a call with both tokens and returns the JSON of its success. A call that is answered with a dead token is repeated with
 * a new one, once for each of the two. Throws SignInFailure where there are no tokens, ReportError for any other answer, and
 * what the call throws.
 */
export type CallWithTokens = (
  signal: AbortSignal,
  call: (tokenHeaders: Record<string, string>) => Promise<HttpAnswer>,
) => Promise<unknown>;

export interface CallWithTokensOptions {
  readonly signIn: SignIn;
  readonly toStatusError: (answer: HttpAnswer) => ReportError;
}

/** A failure before the call itself was made, its cause; sign-in has its own retries. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
}

export function createCallWithTokens({ signIn, toStatusError }: CallWithTokensOptions): CallWithTokens {
  return async (signal, call) => {
    const renewed = new Set<TokenKind>();
    for (;;) {
      const tokens = await signIn.tokens(signal).catch((cause: unknown) => {
        throw new SignInFailure('sign-in failed', { cause });
      });
      const answer = await call({ Authorization: `Bearer ${tokens.bearer}`, 'VZ-M2M-Token': tokens.session });
      if (isSuccess(answer)) return readJson(answer);
      const { kinds, isSure } = toDeadTokens(answer);
      const givenUp = kinds.filter((kind) => !renewed.has(kind) && signIn.giveUp(kind, tokens[kind], isSure));
      if (givenUp.length === 0) throw toStatusError(answer);
      for (const kind of givenUp) renewed.add(kind);
    }
  };
}

interface DeadTokens {
  readonly kinds: readonly (keyof Tokens)[];
  readonly isSure: boolean;
}

/** Any other 401 does not say which of the two it means. */
function toDeadTokens({ status, body }: HttpAnswer): DeadTokens {
  const said = readErrorBody(body);
  if (isDeadSession(status, said)) return { kinds: ['session'], isSure: true };
  if (isBearerFault(status, said)) return { kinds: ['bearer'], isSure: true };
  return { kinds: status === 401 ? ['bearer', 'session'] : [], isSure: false };
}

function readJson(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw toUnreadableError(answer.status);
  }
}
