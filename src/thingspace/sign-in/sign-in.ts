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
import type { SignInCalls } from './sign-in-calls.ts';
import { createSingleFlight } from './single-flight.ts';

/** Which of the two tokens. */
export type TokenKind = keyof Tokens;

/** Holds both tokens and renews them. */
export interface SignIn {
  /** Returns both tokens, and signs in if there are none: one token call and one login, however many callers wait. */
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
  readonly clock: Pick<Clock, 'monotonic'>;
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

/** A bearer token is renewed this long before it expires, so that it does not expire in flight. */
const BEARER_MARGIN_MS = MINUTE_MS;
/** A token that is certainly dead is renewed soon, so that calls recover by themselves even if the platform ends many in a row. */
const RENEWALS = { sure: { atOnce: 5, spacingMs: 5_000 }, suspected: { atOnce: 1, spacingMs: MINUTE_MS } };

/**
 * Creates the sign-in that docs/upstream/README.md describes. Throws SIGN_IN_REFUSED if the platform rejects the
 * credentials, and after two rejections without another attempt; STORE_UNAVAILABLE if failed logins cannot be
 * counted; UPSTREAM_* if the platform fails.
 */
export function createSignIn({ calls, lockoutGuard, clock, secrets, toStatusError, onFailure }: SignInOptions): SignIn {
  let bearer: { readonly token: string; readonly renewAtMs: number } | null = null;
  let session: string | null = null;
  const renewals = { bearer: createRenewalLimit(clock), session: createRenewalLimit(clock) };

  const renewBearer = async (): Promise<string> => {
    await lockoutGuard.check();
    const answer = await calls.askForBearer();
    if (!isSuccess(answer)) throw await toTokenCallError(answer, toStatusError(answer), lockoutGuard);
    const { access_token: token, expires_in: lifetimeSeconds } = readBody(OauthToken, answer);
    secrets.addToken(token);
    const lifetimeMs = lifetimeSeconds * 1000;
    // Within the hour, the platform returns the same token again, so one that has less than the margin left is used to its end.
    const marginMs = lifetimeMs > BEARER_MARGIN_MS ? BEARER_MARGIN_MS : 0;
    bearer = { token, renewAtMs: clock.monotonic() + lifetimeMs - marginMs };
    return token;
  };
  const liveBearer = async (): Promise<string> =>
    bearer !== null && clock.monotonic() < bearer.renewAtMs ? bearer.token : renewBearer();

  const openSession = async (bearerToken: string): Promise<OpenedSession> => {
    const attempt = await lockoutGuard.begin();
    try {
      return { answer: await calls.logIn(bearerToken), attempt };
    } catch (error) {
      await attempt.settle({ kind: isNeverArrived(error) ? 'withdrawn' : 'uncertain' });
      throw error;
    }
  };
  const logIn = async (): Promise<string> => {
    let opened = await openSession(await liveBearer());
    if (isBearerFault(opened.answer.status, readErrorBody(opened.answer.body))) {
      await opened.attempt.settle({ kind: 'withdrawn' });
      opened = await openSession(await renewBearer());
    }
    const { answer, attempt } = opened;
    if (!isSuccess(answer)) throw await toLoginError(answer, toStatusError(answer), attempt);
    try {
      session = readBody(LogInResult, answer).sessionToken;
    } catch (error) {
      await attempt.settle({ kind: 'failed', atLeastSeconds: 0 });
      throw error;
    }
    secrets.addToken(session);
    await attempt.settle({ kind: 'succeeded' });
    return session;
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
      const sessionToken = session ?? (await logIn());
      const bearerToken = await liveBearer();
      if (session === sessionToken) return { bearer: bearerToken, session: sessionToken };
    }
  };
  const signIn = createSingleFlight(async (): Promise<Tokens> => {
    try {
      const tokens = await liveTokens();
      notify(null);
      return tokens;
    } catch (error) {
      notify(toFailureSummary(error));
      throw error;
    }
  });

  return {
    tokens: async (signal) =>
      bearer !== null && session !== null && clock.monotonic() < bearer.renewAtMs
        ? { bearer: bearer.token, session }
        : signIn(signal),
    giveUp(kind, token, isSure) {
      const held = kind === 'session' ? session : bearer?.token;
      // A different token has replaced it, or is being requested.
      if (held !== token) return true;
      if (!renewals[kind].take(isSure ? RENEWALS.sure : RENEWALS.suspected)) return false;
      if (kind === 'session') session = null;
      else bearer = null;
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

/** Limits how often a token is discarded: if the platform reports every token as dead, each call would cost a sign-in. */
export interface RenewalLimit {
  /** Counts a renewal and returns true if the pace allows one now, otherwise returns false. */
  take(pace: RenewalPace): boolean;
}

/** How often a token may be renewed. */
export interface RenewalPace {
  /** Renewals allowed within a minute without a pause between them. */
  readonly atOnce: number;
  /** Minimum time between further renewals, in milliseconds. */
  readonly spacingMs: number;
}

/** Creates a limit for one kind of token. */
export function createRenewalLimit({ monotonic }: Pick<Clock, 'monotonic'>): RenewalLimit {
  let renewedAtMs: readonly number[] = [];
  return {
    take({ atOnce, spacingMs }) {
      const nowMs = monotonic();
      renewedAtMs = renewedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS);
      const lastMs = renewedAtMs.at(-1) ?? -Infinity;
      if (renewedAtMs.length >= atOnce && nowMs - lastMs < spacingMs) return false;
      renewedAtMs = [...renewedAtMs, nowMs];
      return true;
    },
  };
}
