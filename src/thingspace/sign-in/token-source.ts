import type { ReportError } from '../../domain/errors.ts';
import type { Tokens } from '../credentials.ts';
import { isDeadSession } from '../dead-session.ts';
import { isBearerFault, readErrorBody } from '../error-body.ts';
import type { HttpResponse } from '../http-client.ts';
import type { Secrets } from '../secrets.ts';
import type { SignIn, TokenKind } from './sign-in.ts';

/** Both tokens, with the headers that carry them. */
export interface SendableTokens extends Tokens {
  readonly headers: Readonly<Record<string, string>>;
}

/** The tokens that the calls of a client use, and how to hide them in a text. */
export interface TokenSource {
  /** The tokens to send now. Throws SignInFailure, or the signal's reason if it aborts first. */
  current(signal: AbortSignal): Promise<SendableTokens>;
  /**
   * The error of a response that is not a success. It is TokensRenewed if the response reports a token as dead and there is another
   * one. `renewed` holds the kinds of tokens that this call has replaced before, and gets those that it replaces now.
   */
  toError(answer: HttpResponse, sent: Tokens, renewed: Set<TokenKind>): ReportError | TokensRenewed;
  readonly secrets: Pick<Secrets, 'hideIn'>;
}

/** Sign-in failed, so the call was not made; `cause` is the reason. The call is not retried, because sign-in has its own retries. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
}

/** The platform reported a token as dead, and there is another one: the call can be repeated at once. */
export class TokensRenewed extends Error {
  override readonly name = 'TokensRenewed';
}

export interface TokenSourceOptions {
  readonly signIn: SignIn;
  readonly secrets: Pick<Secrets, 'hideIn'>;
  readonly toCallError: (answer: HttpResponse) => ReportError;
}

/** The tokens of sign-in. If a response reports a dead token, the call is repeated with a new one, once for each of the two tokens. */
export function createTokenSource({ signIn, secrets, toCallError }: TokenSourceOptions): TokenSource {
  let latest: SendableTokens | null = null;
  return {
    secrets,
    async current(signal) {
      const { bearer, session } = await signIn.tokens(signal).catch((cause: unknown) => {
        throw new SignInFailure('sign-in failed', { cause });
      });
      if (latest?.bearer !== bearer || latest.session !== session) latest = toSendableTokens({ bearer, session });
      return latest;
    },
    toError(answer, sent, renewed) {
      const { kinds, isSure } = toDeadTokens(answer);
      const givenUp = kinds.filter((kind) => !renewed.has(kind) && signIn.giveUp(kind, sent[kind], isSure));
      for (const kind of givenUp) renewed.add(kind);
      return givenUp.length === 0 ? toCallError(answer) : new TokensRenewed('the call needs new tokens');
    },
  };
}

/** Adds the headers that carry both tokens (docs/upstream/README.md, "Signing in"). */
export function toSendableTokens({ bearer, session }: Tokens): SendableTokens {
  return { bearer, session, headers: { Authorization: `Bearer ${bearer}`, 'VZ-M2M-Token': session } };
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
