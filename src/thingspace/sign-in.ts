import { z } from 'zod';
import { ReportError, type UpstreamSaid } from '../domain/errors.ts';
import type { Clock } from './clock.ts';
import type { Tokens } from './credentials.ts';
import { DeliveryError } from './delivery-error.ts';
import { isBearerFault, readErrorBody } from './error-body.ts';
import type { HttpAnswer } from './exchange.ts';
import { toUnreadableError } from './failure.ts';
import type { SignInCalls } from './sign-in-calls.ts';
import type { SignInLatch } from './sign-in-latch.ts';
import { createSingleFlight } from './single-flight.ts';

export type TokenKind = keyof Tokens;

export interface SignIn {
  /** Both tokens, signed in for where there are none: one token call and one login however many ask. */
  tokens(caller: AbortSignal | null): Promise<Tokens>;
  /** Forgets a token that the platform calls dead; another that took its place meanwhile stays. */
  drop(kind: TokenKind, token: string): void;
}

export interface SignInOptions {
  readonly calls: SignInCalls;
  readonly latch: SignInLatch;
  readonly clock: Pick<Clock, 'now'>;
  readonly toStatusError: (answer: HttpAnswer) => ReportError;
}

const OauthToken = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });
const LogInResult = z.object({ sessionToken: z.string().min(1) });

/** A bearer token is renewed so long before its end, lest it die on the way. */
const BEARER_MARGIN_MS = 60_000;

/**
 * Signs in as docs/upstream/README.md says. Throws SIGN_IN_REFUSED for credentials that the platform refuses, and ever after
 * two refusals without asking again; UPSTREAM_* for a platform that fails.
 */
export function createSignIn({ calls, latch, clock, toStatusError }: SignInOptions): SignIn {
  let bearer: { readonly token: string; readonly renewAtMs: number } | null = null;
  let session: string | null = null;

  const refuse = (answer: HttpAnswer): ReportError => {
    const error = toStatusError(answer);
    return isRefusal(answer) ? latch.refused(error.details.upstream ?? NOTHING_SAID) : error;
  };

  const renewBearer = async (): Promise<string> => {
    latch.check();
    const answer = await calls.askForBearer();
    if (answer.status !== 200) throw refuse(answer);
    const token = readBody(OauthToken, answer);
    const lifetimeMs = (token.expires_in ?? Infinity) * 1000;
    // Asked again within the hour, the platform gives the same token: the last stretch of it is used to its end.
    const marginMs = lifetimeMs > BEARER_MARGIN_MS ? BEARER_MARGIN_MS : 0;
    bearer = { token: token.access_token, renewAtMs: clock.now() + lifetimeMs - marginMs };
    return token.access_token;
  };
  const liveBearer = async (): Promise<string> =>
    bearer !== null && clock.now() < bearer.renewAtMs ? bearer.token : renewBearer();

  const openSession = async (bearerToken: string): Promise<HttpAnswer> => {
    latch.check();
    try {
      return await calls.logIn(bearerToken);
    } catch (error) {
      if (isUncertain(error)) latch.uncertain();
      throw error;
    }
  };
  const logIn = async (): Promise<string> => {
    let answer = await openSession(await liveBearer());
    if (isBearerFault(answer.status, readErrorBody(answer.body))) {
      answer = await openSession(await renewBearer());
    }
    if (answer.status !== 200) throw refuse(answer);
    const { sessionToken } = readBody(LogInResult, answer);
    latch.succeeded();
    session = sessionToken;
    return sessionToken;
  };

  const signIn = createSingleFlight(async (): Promise<Tokens> => {
    const sessionToken = session ?? (await logIn());
    return { bearer: await liveBearer(), session: sessionToken };
  });

  return {
    tokens: async (caller) =>
      bearer !== null && session !== null && clock.now() < bearer.renewAtMs
        ? { bearer: bearer.token, session }
        : signIn(caller),
    drop(kind, token) {
      if (kind === 'session' && session === token) session = null;
      if (kind === 'bearer' && bearer?.token === token) bearer = null;
    },
  };
}

const NOTHING_SAID: UpstreamSaid = { status: null, code: null, message: null };

/** The platform judged the credentials; a limit of its rate or a fault of its gateway says nothing of them. */
function isRefusal({ status, body }: HttpAnswer): boolean {
  return (
    status >= 400 && status < 500 && status !== 408 && status !== 429 && !isBearerFault(status, readErrorBody(body))
  );
}

function isUncertain(error: unknown): boolean {
  if (error instanceof DeliveryError) return error.fault !== 'never-arrived';
  return error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT';
}

function readBody<T>(shape: z.ZodType<T>, answer: HttpAnswer): T {
  try {
    return shape.parse(JSON.parse(answer.body));
  } catch {
    throw toUnreadableError(answer.status);
  }
}
