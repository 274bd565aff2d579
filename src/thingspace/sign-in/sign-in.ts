import { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { MINUTE_MS } from '../../domain/durations.ts';
import type { ReportError } from '../../domain/errors.ts';
import { isToken, type Tokens } from '../credentials.ts';
import { isBearerFault, readErrorBody } from '../error-body.ts';
import type { HttpResponse } from '../http-client.ts';
import { toFailureSummary, type FailureSummary } from '../resilience/failure-summary.ts';
import type { Secrets } from '../secrets.ts';
import { toUnreadableError } from '../to-report-error.ts';
import { isNeverArrived } from '../transport-error.ts';
import type { LoginAttempt, LockoutGuard } from './lockout-guard.ts';
import { isSuccess, toLoginError, toTokenCallError } from './login-response.ts';
import { createHeldTokens } from './held-tokens.ts';
import { createRenewalLimit } from './renewal-limit.ts';
import type { SharedTokens } from './shared-tokens.ts';
import type { SignInCalls } from './sign-in-calls.ts';
import { createSingleFlight } from './single-flight.ts';

/** Which of the two tokens. */
export type TokenKind = keyof Tokens;

/** Holds both tokens and renews them. */
export interface SignIn {
  /** Returns both tokens, and signs in if no server has any: one token call and one login, however many callers wait. */
  tokens(signal: AbortSignal): Promise<Tokens>;
  /**
   * Discards a token that the platform reports as dead. Returns whether a different one is available or can be
   * obtained. Each renewal costs a sign-in, so renewals are limited: a token that is only suspected (`isSure` is
   * false) is discarded at most once a minute.
   */
  giveUp(kind: TokenKind, token: string, isSure: boolean): boolean;
}

export interface SignInOptions {
  readonly calls: SignInCalls;
  readonly lockoutGuard: LockoutGuard;
  readonly sharedTokens: SharedTokens;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Receives every new token. */
  readonly secrets: Pick<Secrets, 'addToken'>;
  readonly toStatusError: (answer: HttpResponse) => ReportError;
  /** Called once for each new cause of failed sign-ins, and with null when sign-in works again. */
  readonly onFailure: (failure: FailureSummary | null) => void;
}

const Token = z.string().refine(isToken);
const Seconds = z.union([
  z.number().nonnegative(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);
const OauthToken = z.object({ access_token: Token, expires_in: Seconds.catch(Infinity) });
const LogInResult = z.object({ sessionToken: Token });

interface OpenedSession {
  readonly answer: HttpResponse;
  readonly attempt: LoginAttempt;
}

/** A token that is certainly dead is renewed soon, so that calls recover by themselves even if the platform ends many in a row. */
const RENEWALS = { sure: { atOnce: 5, spacingMs: 5_000 }, suspected: { atOnce: 1, spacingMs: MINUTE_MS } };

/**
 * Creates the sign-in that docs/upstream/README.md describes. Throws SIGN_IN_REFUSED if the platform rejects the
 * credentials, and after two rejections without another attempt; STORE_UNAVAILABLE if failed logins cannot be
 * counted; UPSTREAM_* if the platform fails.
 */
export function createSignIn(options: SignInOptions): SignIn {
  const { calls, lockoutGuard, sharedTokens, clock, secrets, toStatusError, onFailure } = options;
  const held = createHeldTokens(clock, secrets);
  const renewals = { bearer: createRenewalLimit(clock), session: createRenewalLimit(clock) };

  const renewBearer = async (): Promise<string> => {
    await lockoutGuard.check();
    const answer = await calls.askForBearer();
    if (!isSuccess(answer)) throw await toTokenCallError(answer, toStatusError(answer), lockoutGuard);
    const { access_token: token, expires_in: lifetimeSeconds } = readBody(OauthToken, answer);
    const lifetimeMs = lifetimeSeconds * 1000;
    held.useBearer(token, lifetimeMs);
    const endsAtMs = lifetimeMs === Infinity ? null : clock.now() + lifetimeMs;
    await sharedTokens.store({ bearer: { token, endsAtMs } });
    return token;
  };
  const liveBearer = async (): Promise<string> => held.bearer() ?? renewBearer();

  /** Logs in, unless another server has done so while this one waited: then it returns the token of that session. */
  const openSession = async (bearerToken: string): Promise<OpenedSession | string> => {
    const attempt = await lockoutGuard.begin();
    held.takeOver(await sharedTokens.read());
    const session = held.session();
    if (session !== null) {
      await attempt.settle({ kind: 'withdrawn' });
      return session;
    }
    try {
      return { answer: await calls.logIn(bearerToken), attempt };
    } catch (error) {
      await attempt.settle({ kind: isNeverArrived(error) ? 'withdrawn' : 'uncertain' });
      throw error;
    }
  };
  const logIn = async (): Promise<string> => {
    let opened = await openSession(await liveBearer());
    if (typeof opened !== 'string' && isBearerFault(opened.answer.status, readErrorBody(opened.answer.body))) {
      await opened.attempt.settle({ kind: 'withdrawn' });
      opened = await openSession(await renewBearer());
    }
    if (typeof opened === 'string') return opened;
    const { answer, attempt } = opened;
    if (!isSuccess(answer)) throw await toLoginError(answer, toStatusError(answer), attempt);
    let token: string;
    try {
      token = readBody(LogInResult, answer).sessionToken;
    } catch (error) {
      await attempt.settle({ kind: 'failed', atLeastSeconds: 0 });
      throw error;
    }
    held.useSession(token);
    // Stored first: whoever waits for the outcome looks there next.
    await sharedTokens.store({ session: token });
    await attempt.settle({ kind: 'succeeded' });
    return token;
  };

  let reported = '';
  const notify = (failure: FailureSummary | null): void => {
    const text = failure === null ? '' : JSON.stringify(failure);
    if (text !== reported) onFailure(failure);
    reported = text;
  };
  /** Both tokens. If the session is reported as dead while a bearer token is requested, the next one. Renewals are limited. */
  const liveTokens = async (): Promise<Tokens> => {
    for (;;) {
      const session = held.session() ?? (await logIn());
      const bearer = await liveBearer();
      if (held.session() === session) return { bearer, session };
    }
  };
  const signIn = createSingleFlight(async (): Promise<Tokens> => {
    try {
      const tokens = await sharedTokens.obtain(held.takeOver, liveTokens);
      notify(null);
      return tokens;
    } catch (error) {
      notify(toFailureSummary(error));
      throw error;
    }
  });

  return {
    tokens: async (signal) => held.both() ?? signIn(signal),
    giveUp(kind, token, isSure) {
      // A different token has replaced it, or is being requested.
      if (!held.has(kind, token)) return true;
      if (!renewals[kind].take(isSure ? RENEWALS.sure : RENEWALS.suspected)) return false;
      held.discard(kind);
      return true;
    },
  };
}

function readBody<T>(shape: z.ZodType<T>, answer: HttpResponse): T {
  try {
    return shape.parse(JSON.parse(answer.body));
  } catch {
    throw toUnreadableError(answer.status);
  }
}
