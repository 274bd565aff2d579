import type { Clock } from '../domain/clock.ts';
import { ReportError } from '../domain/errors.ts';
import { OK } from '../telemetry/traces.ts';
import type { Exchange } from './http-client.ts';
import type { CallPolicies } from './resilience/policy.ts';
import type { SharedPace } from './resilience/shared-pace.ts';
import type { RetryDecision } from './resilience/retry.ts';
import { createSendCall, type CallOptions, type PlatformCall } from './send-call.ts';
import { SignInFailure, TokensRenewed, type TokenSource } from './sign-in/token-source.ts';
import { toReportError, toOutageError, toUncertainError } from './to-report-error.ts';
import { mayBeSentAgain, TransportError } from './transport-error.ts';

/** How one POST is sent. */
export interface PostOptions extends CallOptions {
  /** True if the call is safe to send again after it may have arrived. */
  readonly repeatable: boolean;
}

/** What a request says. */
export interface RequestContent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
  /** Largest response to read, in bytes; 1 MiB by default. UPSTREAM_MAX_ANSWER_BYTES holds for every response. */
  readonly maxBytes?: number;
  /** The number of devices that it names; without it, it is about a whole account, or about no device. */
  readonly devices?: number;
}

/** Calls the platform with one set of tokens. */
export interface ThingspaceClient {
  /**
   * Sends JSON and returns the parsed JSON of a 2xx response. `write` is called whenever the request leaves: after the call has
   * waited for its turn and for the tokens, and again for each further attempt. Throws ReportError, what `write` throws, or the
   * signal's reason if it aborts.
   */
  post(path: string, write: () => RequestContent, options: PostOptions): Promise<unknown>;
  /** The same with GET, for a call that only reads. */
  get(path: string, options: CallOptions): Promise<unknown>;
  /** The same with DELETE. A repeated DELETE can get a 404 because an earlier attempt has already worked. */
  delete(path: string, options: CallOptions): Promise<unknown>;
  /** Replaces addresses, credentials and tokens in a text from the platform. */
  hideIn(text: string): string;
  /** Number of accounts whose calls wait after a 429. */
  countPausedAccounts(): number;
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
 * failure of the platform into a ReportError without secrets. Its pace is shared with other servers unless it is null. Creating one is
 * cheap: everything large is passed in.
 */
export function createThingspaceClient(
  platform: Platform,
  tokens: TokenSource,
  sharedPace: SharedPace | null = null,
): ThingspaceClient {
  const { baseUrl, exchange, policies } = platform;
  // An account that others see with other tokens has limits of its own.
  const lanes = policies.createLanes(sharedPace);
  const sendCall = createSendCall({ exchange, tokens });

  const run = async (call: PlatformCall): Promise<unknown> => {
    try {
      const answer = await policies.reports.run(call, sendCall);
      call.trace?.end(OK);
      return answer;
    } catch (error) {
      const failure = toFailure(call, error);
      call.trace?.end(failure instanceof ReportError ? failure.code : 'ERROR');
      throw failure;
    }
  };
  const toCall = (
    method: PlatformCall['method'],
    path: string,
    write: (() => RequestContent) | null,
    {
      endpoint,
      accountNumber,
      repeatable,
      mayBeEmpty = false,
      signal,
      turn,
      requestId = () => null,
      trace = null,
      onSend,
      onReceive = () => undefined,
      onNotArrived = () => undefined,
      onRateLimited = () => undefined,
    }: PostOptions,
  ): PlatformCall => {
    turn.accountNumber = accountNumber;
    const call: PlatformCall = {
      endpoint,
      method,
      url: `${baseUrl}${path}`,
      path,
      write: () => {
        if (write === null) return { body: null, maxBytes: MAX_BYTES, devices: null };
        const { headers = {}, body, maxBytes = MAX_BYTES, devices = null } = write();
        return { headers, body: JSON.stringify(body), maxBytes, devices };
      },
      written: null,
      attempts: 0,
      get request() {
        return `${method} ${path} ${call.written?.body ?? ''}`;
      },
      lane: lanes.of(accountNumber),
      turn,
      repeatable,
      mayBeEmpty,
      requestId,
      trace,
      signal: repeatable ? signal : null,
      withheldBy: repeatable ? null : signal,
      decideRetry: repeatable ? RETRY_REPEATABLE : RETRY_OTHERS,
      onSend,
      // What a call has begun must not be lost.
      onReceive: repeatable ? onReceive : () => undefined,
      onNotArrived,
      onRateLimited,
      mayHaveStarted: false,
      renewed: new Set(),
    };
    return call;
  };

  return {
    post: (path, write, postOptions) => run(toCall('POST', path, write, postOptions)),
    get: (path, callOptions) => run(toCall('GET', path, null, { ...callOptions, repeatable: true })),
    delete: (path, callOptions) => run(toCall('DELETE', path, null, { ...callOptions, repeatable: true })),
    hideIn: tokens.secrets.hideIn,
    countPausedAccounts: lanes.countPaused,
  };
}

function toFailure(call: PlatformCall, error: unknown): unknown {
  if (error instanceof SignInFailure) return toReportError(error.cause);
  const failure = call.mayHaveStarted && !call.repeatable ? toUncertainError(error) : toReportError(error);
  return call.lane.breaker.isOpen() ? toOutageError(failure) : failure;
}

/** Listeners, accepted reports, and the usage of ten devices are far shorter. */
const MAX_BYTES = 2 ** 20;

const RETRY_REPEATABLE = toRetryDecision(true);
const RETRY_OTHERS = toRetryDecision(false);

function toRetryDecision(repeatable: boolean): RetryDecision {
  return (error) => {
    if (error instanceof TokensRenewed) return { atLeastMs: 0, isFree: true };
    if (error instanceof TransportError) return mayBeSentAgain(error, repeatable) ? { atLeastMs: 0 } : null;
    if (!(error instanceof ReportError) || error.details.notAsked === true) return null;
    const mayRepeat = error.code === 'UPSTREAM_RATE_LIMITED' || (repeatable && error.code === 'UPSTREAM_UNAVAILABLE');
    return mayRepeat ? { atLeastMs: (error.details.retryAfterSeconds ?? 0) * 1000 } : null;
  };
}
