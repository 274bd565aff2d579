import type { Clock } from '../domain/clock.ts';
import { ReportError } from '../domain/errors.ts';
import { isDeadSession } from './dead-session.ts';
import { readErrorBody } from './error-body.ts';
import type { Exchange, HttpResponse, HttpRequest } from './http-client.ts';
import type { CallPolicies, Attempt } from './resilience/policy.ts';
import type { RetryDecision } from './resilience/retry.ts';
import { SignInFailure, type TokenSource } from './sign-in/call-with-tokens.ts';
import { toReportError, toOutageError, toUncertainError } from './to-report-error.ts';
import { TransportError } from './transport-error.ts';

/** How one call is made. */
export interface PostOptions {
  readonly headers?: Record<string, string>;
  /** True if the call is safe to send again after it may have arrived. */
  readonly repeatable: boolean;
  /** True if a success may have an empty body; the result is null then. */
  readonly mayBeEmpty?: boolean;
  /** Aborts when nobody waits for the call any more. A call that is not repeatable is then not sent, but once sent it is not cut off. */
  readonly signal: AbortSignal | null;
  /** Key for the fair semaphore: keys with many calls take turns. */
  readonly turnKey: object;
  /** Called before each attempt after the first. */
  readonly onRetry: () => void;
}

/** The options of a call that its HTTP method makes repeatable. */
export type CallOptions = Omit<PostOptions, 'repeatable'>;

/** Calls the platform with one set of tokens. */
export interface ThingspaceClient {
  /** Sends JSON and returns the parsed JSON of a 2xx response. Throws ReportError, or the signal's reason if it aborts. */
  post(path: string, body: unknown, options: PostOptions): Promise<unknown>;
  /** The same with GET, for a call that only reads. */
  get(path: string, options: CallOptions): Promise<unknown>;
  /** The same with DELETE. A repeated DELETE can get a 404 because an earlier attempt has already worked. */
  delete(path: string, options: CallOptions): Promise<unknown>;
  /** Replaces addresses, credentials and tokens in a text from the platform. */
  hideIn(text: string): string;
}

interface Call extends Pick<HttpRequest, 'method'> {
  readonly path: string;
  readonly body?: string;
}

/** How to reach the platform: shared by all its clients, whatever tokens they use. */
export interface Platform {
  readonly baseUrl: string;
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly policies: CallPolicies;
}

/**
 * Creates a client that calls the platform with the tokens of its source, within the call policy for reports. It turns every
 * failure of the platform into a ReportError without secrets. Creating one is cheap: everything large is passed in.
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
        sent.mayHaveStarted = mayHaveStarted(answer);
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

/** Whether the platform may have begun what the call asked for. It begins nothing for a session that is dead. */
function mayHaveStarted({ status, body }: HttpResponse): boolean {
  return status < 300 || (status >= 500 && !isDeadSession(status, readErrorBody(body)));
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
