import type { Clock } from '../domain/clock.ts';
import { ReportError } from '../domain/errors.ts';
import type { Exchange, HttpResponse, HttpRequest } from './http-client.ts';
import type { CallPolicies, Attempt } from './resilience/policy.ts';
import type { RetryDecision } from './resilience/retry.ts';
import { SignInFailure, type TokenSource } from './sign-in/call-with-tokens.ts';
import { toReportError, toOutageError, toUncertainError } from './to-report-error.ts';
import { TransportError } from './transport-error.ts';

export interface PostOptions {
  readonly headers?: Record<string, string>;
  /** Whether the call may be sent again where it could have arrived. */
  readonly repeatable: boolean;
  /** Whether a success may come without a body, which is null then. */
  readonly mayBeEmpty?: boolean;
  /** Aborts the call when its caller goes away; one that may not be repeated is withheld then, but not broken off once sent. */
  readonly signal: AbortSignal | null;
  /** For whom the call is made: the owners of many calls take turns. */
  readonly turnKey: object;
  /** Told of each try after the first. */
  readonly onRetry: () => void;
}

/** The options of a call that may be repeated by its method. */
export type CallOptions = Omit<PostOptions, 'repeatable'>;

export interface ThingspaceClient {
  /** The parsed JSON of a success. Throws ReportError; where the caller went away, the signal's reason. */
  post(path: string, body: unknown, options: PostOptions): Promise<unknown>;
  /** The same for what only reads. */
  get(path: string, options: CallOptions): Promise<unknown>;
  /** The same for what takes something away; repeated, it can find it gone. */
  delete(path: string, options: CallOptions): Promise<unknown>;
  /** A text out of an answer without what nobody may see: addresses, credentials and tokens. */
  hideIn(text: string): string;
}

interface Call extends Pick<HttpRequest, 'method'> {
  readonly path: string;
  readonly body?: string;
}

/** How the platform is reached: the same for every client of it, whosever tokens it has. */
export interface Platform {
  readonly baseUrl: string;
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly policies: CallPolicies;
}

/**
 * Speaks to the platform with the tokens of its source, within the policy of its reports, and turns every failure into a
 * ReportError with nothing secret in it. Making one is cheap: all that takes room is passed in.
 */
export function createThingspaceClient(platform: Platform, { callWithTokens, secrets }: TokenSource): ThingspaceClient {
  const { baseUrl, exchange, policies } = platform;

  const call = async ({ method, path, body }: Call, options: PostOptions): Promise<unknown> => {
    const { headers = {}, repeatable, mayBeEmpty = false, signal: outerSignal, turnKey, onRetry } = options;
    const request: Omit<HttpRequest, 'signal'> = {
      method,
      url: `${baseUrl}${path}`,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        Accept: 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      freshConnection: !repeatable,
    };
    const sent = { times: 0, mayHaveStarted: false };
    const send = async (tokenHeaders: Record<string, string>, { limit }: Attempt): Promise<HttpResponse> => {
      if (!repeatable) outerSignal?.throwIfAborted();
      sent.times += 1;
      if (sent.times > 1) onRetry();
      try {
        const headersToSend = { ...request.headers, ...tokenHeaders };
        const answer = await limit((signal) => exchange({ ...request, headers: headersToSend, signal }));
        sent.mayHaveStarted = answer.status < 300 || answer.status >= 500;
        return mayBeEmpty && answer.body.trim() === '' ? { ...answer, body: 'null' } : answer;
      } catch (error) {
        sent.mayHaveStarted = !isNeverArrived(error);
        throw error;
      }
    };
    const policyCall = {
      request: `${method} ${path} ${body ?? ''}`,
      turnKey,
      signal: repeatable ? outerSignal : null,
      decideRetry: toRetryDecision(repeatable),
    };
    try {
      return await policies.reports.run(policyCall, (one) =>
        callWithTokens(one.signal, (tokenHeaders) => send(tokenHeaders, one)),
      );
    } catch (error) {
      if (error instanceof SignInFailure) throw toReportError(error.cause);
      const failure = sent.mayHaveStarted && !repeatable ? toUncertainError(error) : toReportError(error);
      throw policies.reports.isOutage() ? toOutageError(failure) : failure;
    }
  };

  return {
    post: (path, body, postOptions) => call({ method: 'POST', path, body: JSON.stringify(body) }, postOptions),
    get: (path, callOptions) => call({ method: 'GET', path }, { ...callOptions, repeatable: true }),
    delete: (path, callOptions) => call({ method: 'DELETE', path }, { ...callOptions, repeatable: true }),
    hideIn: secrets.hideIn,
  };
}

function isNeverArrived(error: unknown): boolean {
  return error instanceof TransportError && error.fault === 'never-arrived';
}

function toRetryDecision(repeatable: boolean): RetryDecision {
  return (error) => {
    if (error instanceof TransportError) {
      return isNeverArrived(error) || (repeatable && error.fault === 'broken') ? { atLeastMs: 0 } : null;
    }
    if (!(error instanceof ReportError)) return null;
    const mayRepeat = error.code === 'UPSTREAM_RATE_LIMITED' || (repeatable && error.code === 'UPSTREAM_UNAVAILABLE');
    return mayRepeat ? { atLeastMs: (error.details.retryAfterSeconds ?? 0) * 1000 } : null;
  };
}
