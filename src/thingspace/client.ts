import type { Clock } from '../domain/clock.ts';
import { ReportError } from '../domain/errors.ts';
import type { Exchange } from './http-client.ts';
import type { CallPolicies } from './resilience/policy.ts';
import type { RetryDecision } from './resilience/retry.ts';
import { createSendCall, isNeverArrived, type PlatformCall } from './send-call.ts';
import { SignInFailure, TokensRenewed, type TokenSource } from './sign-in/token-source.ts';
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
export function createThingspaceClient(platform: Platform, tokens: TokenSource): ThingspaceClient {
  const { baseUrl, exchange, policies } = platform;
  const sendCall = createSendCall({ exchange, tokens });

  const run = async (call: PlatformCall): Promise<unknown> => {
    try {
      return await policies.reports.run(call, sendCall);
    } catch (error) {
      if (error instanceof SignInFailure) throw toReportError(error.cause);
      const failure = call.mayHaveStarted && !call.repeatable ? toUncertainError(error) : toReportError(error);
      throw policies.reports.isOutage() ? toOutageError(failure) : failure;
    }
  };
  const toCall = (method: PlatformCall['method'], path: string, body: unknown, options: PostOptions): PlatformCall => {
    const { headers, repeatable, mayBeEmpty = false, signal, turnKey, onRetry } = options;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return {
      method,
      url: `${baseUrl}${path}`,
      headers: { ...(text === undefined ? WITHOUT_BODY : WITH_JSON), ...headers },
      ...(text === undefined ? {} : { body: text }),
      request: `${method} ${path} ${text ?? ''}`,
      repeatable,
      mayBeEmpty,
      signal: repeatable ? signal : null,
      withheldBy: repeatable ? null : signal,
      turnKey,
      decideRetry: repeatable ? RETRY_REPEATABLE : RETRY_OTHERS,
      onRetry,
      timesSent: 0,
      mayHaveStarted: false,
      renewed: new Set(),
    };
  };

  return {
    post: (path, body, postOptions) => run(toCall('POST', path, body, postOptions)),
    get: (path, callOptions) => run(toCall('GET', path, undefined, { ...callOptions, repeatable: true })),
    delete: (path, callOptions) => run(toCall('DELETE', path, undefined, { ...callOptions, repeatable: true })),
    hideIn: tokens.secrets.hideIn,
  };
}

const WITHOUT_BODY = { Accept: 'application/json' };
const WITH_JSON = { 'Content-Type': 'application/json', ...WITHOUT_BODY };
const RETRY_REPEATABLE = toRetryDecision(true);
const RETRY_OTHERS = toRetryDecision(false);

function toRetryDecision(repeatable: boolean): RetryDecision {
  return (error) => {
    if (error instanceof TokensRenewed) return { atLeastMs: 0, isFree: true };
    if (error instanceof TransportError) {
      return isNeverArrived(error) || (repeatable && error.fault === 'broken') ? { atLeastMs: 0 } : null;
    }
    if (!(error instanceof ReportError)) return null;
    const mayRepeat = error.code === 'UPSTREAM_RATE_LIMITED' || (repeatable && error.code === 'UPSTREAM_UNAVAILABLE');
    return mayRepeat ? { atLeastMs: (error.details.retryAfterSeconds ?? 0) * 1000 } : null;
  };
}
