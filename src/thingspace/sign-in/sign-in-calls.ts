import type { Clock } from '../../domain/clock.ts';
import type { Credentials } from '../credentials.ts';
import { SignInResponseError, type Exchange, type HttpResponse, type HttpRequest } from '../http-client.ts';
import { FREE_LANE } from '../resilience/account-lanes.ts';
import type { CallPolicy } from '../resilience/call-policy.ts';
import type { CallPolicies } from '../resilience/policy.ts';
import type { RetryDecision } from '../resilience/retry.ts';
import { toBasicCredentials } from '../secrets.ts';
import { readRetryAfter } from '../to-report-error.ts';
import { mayBeSentAgain, TransportError } from '../transport-error.ts';
import { createTurn } from '../turn.ts';

/**
 * The two sign-in calls. They return a response of any status. Without one they throw TransportError, UPSTREAM_TIMEOUT,
 * or UPSTREAM_UNAVAILABLE with `notAsked`.
 */
export interface SignInCalls {
  /** Requests a bearer token with OAuth 2 client credentials (RFC 6749, section 4.4). Safe to repeat. */
  askForBearer(): Promise<HttpResponse>;
  /** Opens a session. Repeated only if the platform certainly did not check the password: the call never arrived, or got a 429 or a 503. */
  logIn(bearer: string): Promise<HttpResponse>;
}

export interface SignInCallsOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly policies: Pick<CallPolicies, 'token' | 'login'>;
}

/** Tokens have a few kilobytes. */
const MAX_BYTES = 2 ** 20;

/** Creates the sign-in calls, each under its own policy. */
export function createSignInCalls({
  baseUrl,
  credentials,
  exchange,
  clock,
  policies,
}: SignInCallsOptions): SignInCalls {
  const send = async (
    endpoint: 'token' | 'login',
    request: Omit<HttpRequest, 'method' | 'signal' | 'purpose'>,
    policy: CallPolicy,
    repeatable: boolean,
  ): Promise<HttpResponse> => {
    let attempt = 0;
    const decideRetry: RetryDecision = (error) => {
      if (error instanceof SignInResponseError) {
        return { atLeastMs: (readRetryAfter(error.answer.retryAfter, clock.now()) ?? 0) * 1000 };
      }
      return error instanceof TransportError && mayBeSentAgain(error, repeatable) ? { atLeastMs: 0 } : null;
    };
    try {
      const call = { request: request.url, lane: FREE_LANE, turn: createTurn({}), signal: null, decideRetry };
      return await policy.run(call, async (_, signal, leave) => {
        leave();
        attempt += 1;
        const answer = await exchange({
          method: 'POST',
          ...request,
          purpose: { endpoint, attempt, devices: null },
          freshConnection: true,
          maxBytes: MAX_BYTES,
          signal,
        });
        const isRetryable = answer.status === 429 || answer.status === 503;
        if (isRetryable || (repeatable && answer.status >= 500)) throw new SignInResponseError(answer);
        return answer;
      });
    } catch (error) {
      if (error instanceof SignInResponseError) return error.answer;
      throw error;
    }
  };

  return {
    askForBearer: () =>
      send(
        'token',
        {
          url: `${baseUrl}/ts/v1/oauth2/token`,
          headers: {
            Authorization: `Basic ${toBasicCredentials(credentials)}`,
            'Content-Type': 'application/x-www-form-urlencoded',
            Accept: 'application/json',
          },
          body: 'grant_type=client_credentials',
        },
        policies.token,
        true,
      ),
    logIn: (bearer) =>
      send(
        'login',
        {
          url: `${baseUrl}/m2m/v1/session/login`,
          headers: {
            Authorization: `Bearer ${bearer}`,
            'Content-Type': 'application/json',
            Accept: 'application/json',
          },
          body: JSON.stringify({ username: credentials.username, password: credentials.password }),
        },
        policies.login,
        false,
      ),
  };
}
