import { ReportError } from '../domain/errors.ts';
import type { Clock } from './clock.ts';
import type { Credentials, Tokens } from './credentials.ts';
import { DeliveryError } from './delivery-error.ts';
import { isDeadSession, readErrorBody } from './error-body.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './exchange.ts';
import { toFinalFailure, toStatusError, toUnreadableError } from './failure.ts';
import type { Gate } from './gate.ts';
import { hideIn } from './hidden-text.ts';
import { withRetries, type RetryPolicy } from './retry.ts';
import { createSignIn, type TokenKind } from './sign-in.ts';
import { createSignInCalls } from './sign-in-calls.ts';
import { createSignInLatch } from './sign-in-latch.ts';
import { withTimeLimit } from './time-limit.ts';

export interface PostOptions {
  readonly headers?: Record<string, string>;
  /** Whether the call may be sent again where it could have arrived. */
  readonly repeatable: boolean;
  /** Aborts the call when its caller goes away. */
  readonly signal: AbortSignal | null;
  /** For whom the call is made: the owners of many calls take turns. */
  readonly owner: object;
  /** Told of each try after the first. */
  readonly onRetry: () => void;
}

export interface ThingspaceClient {
  /** The parsed JSON of a success. Throws ReportError; where the caller went away, the signal's reason. */
  post(path: string, body: unknown, options: PostOptions): Promise<unknown>;
}

export interface ClientOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly exchange: Exchange;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  readonly callTimeoutMs: number;
  readonly totalTimeoutMs: number;
}

/**
 * Speaks to the platform: signs in, renews a dead token and repeats the call once, keeps the time limits, repeats what may be
 * repeated, and turns every failure into a ReportError with nothing secret in it.
 */
export function createThingspaceClient(options: ClientOptions): ThingspaceClient {
  const { baseUrl, credentials, exchange, gate, clock, retry, callTimeoutMs, totalTimeoutMs } = options;
  const secrets = [credentials.clientSecret, credentials.password, credentials.username, credentials.clientId];
  const toError = (answer: HttpAnswer, tokens?: Tokens): ReportError =>
    toStatusError(
      answer,
      (text) => hideIn(text, tokens === undefined ? secrets : [tokens.bearer, tokens.session, ...secrets]),
      clock.now(),
    );
  const signIn = createSignIn({
    calls: createSignInCalls(options),
    latch: createSignInLatch(clock),
    clock,
    toStatusError: toError,
  });

  const send = async (request: Omit<HttpRequest, 'signal'>, total: AbortSignal): Promise<unknown> => {
    const renewed = new Set<TokenKind>();
    for (;;) {
      const tokens = await signIn.tokens(total).catch(asSignInFailure);
      const answer = await withTimeLimit(callTimeoutMs, total, (signal) =>
        exchange({ ...request, headers: { ...request.headers, ...toTokenHeaders(tokens) }, signal }),
      );
      if (answer.status >= 200 && answer.status < 300) return readJson(answer);
      const dead = toDeadToken(answer);
      if (dead === null || renewed.has(dead)) throw toError(answer, tokens);
      renewed.add(dead);
      signIn.drop(dead, tokens[dead]);
    }
  };

  return {
    post: async (path, body, { headers = {}, repeatable, signal, owner, onRetry }) => {
      let tries = 0;
      const attempt = (total: AbortSignal): Promise<unknown> => {
        tries += 1;
        if (tries > 1) onRetry();
        return gate.run(owner, total, () => send(request, total));
      };
      const request: Omit<HttpRequest, 'signal'> = {
        method: 'POST',
        url: `${baseUrl}${path}`,
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
        body: JSON.stringify(body),
        freshConnection: !repeatable,
      };
      try {
        return await withTimeLimit(totalTimeoutMs, signal, (total) =>
          withRetries(
            retry,
            clock,
            total,
            (error) => judgeFailure(error, repeatable),
            () => attempt(total),
          ),
        );
      } catch (error) {
        if (error instanceof SignInFailure) throw toFinalFailure(error.cause);
        throw repeatable ? toFinalFailure(error) : tellUncertainty(error);
      }
    },
  };
}

function toTokenHeaders({ bearer, session }: Tokens): Record<string, string> {
  return { Authorization: `Bearer ${bearer}`, 'VZ-M2M-Token': session };
}

function toDeadToken(answer: HttpAnswer): TokenKind | null {
  if (isDeadSession(answer.status, readErrorBody(answer.body))) return 'session';
  return answer.status === 401 ? 'bearer' : null;
}

function readJson(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw toUnreadableError(answer.status);
  }
}

/** A failure before the call itself was made; sign-in has its own retries. */
class SignInFailure extends Error {}

function asSignInFailure(cause: unknown): never {
  throw new SignInFailure('sign-in failed', { cause });
}

function judgeFailure(error: unknown, repeatable: boolean): { atLeastMs: number } | null {
  if (error instanceof DeliveryError) {
    return error.fault === 'never-arrived' || (repeatable && error.fault === 'broken') ? { atLeastMs: 0 } : null;
  }
  if (!(error instanceof ReportError)) return null;
  const mayRepeat = error.code === 'UPSTREAM_RATE_LIMITED' || (repeatable && error.code === 'UPSTREAM_UNAVAILABLE');
  return mayRepeat ? { atLeastMs: (error.details.retryAfterSeconds ?? 0) * 1000 } : null;
}

/** The failure of a call that starts work: where it may have arrived all the same, its message says so. */
function tellUncertainty(error: unknown): unknown {
  const failure = toFinalFailure(error);
  const neverArrived = error instanceof DeliveryError && error.fault === 'never-arrived';
  if (neverArrived || !(failure instanceof ReportError)) return failure;
  if (failure.code !== 'UPSTREAM_UNAVAILABLE' && failure.code !== 'UPSTREAM_TIMEOUT') return failure;
  return new ReportError(
    failure.code,
    'No usable answer came to this request, yet the platform may have taken it. Asking again may start the report twice.',
    failure.details,
  );
}
