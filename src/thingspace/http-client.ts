import type { ClientRequest } from 'node:http';
import fetch from 'node-fetch';
import { ReportError } from '../domain/errors.ts';
import { createDirectAgents, type Agents, type CreateAgents } from './agents.ts';
import { followConnection, toFailedLayer, type Connection } from './connection.ts';
import { MAX_ERROR_BYTES, readText, type TextBounds } from './read-text.ts';
import { toTransportError } from './to-transport-error.ts';
import { isTimeout, TransportError } from './transport-error.ts';
import { USER_AGENT } from './user-agent.ts';

/** What a request to the platform is for. It contains nothing that identifies a device or an account. */
export interface CallPurpose {
  /** Such as aggregated-report. */
  readonly endpoint: string;
  /** 1 for the first time that it is sent. */
  readonly attempt: number;
  /** The number of devices that it names; null if it is about a whole account, or about no device. */
  readonly devices: number | null;
}

/** One request. `signal` aborts it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Opens a new connection, for a request that must not be sent twice: the other side can close a reused one while we write. */
  readonly freshConnection?: boolean;
  /** Largest body to read of a 2xx response, in bytes, if that is less than the client's `maxResponseBytes`. */
  readonly maxBytes?: number;
  /** Called with what each piece of the body counts. A ReportError that it throws ends the exchange, which throws it. */
  readonly onReceive?: (bytes: number) => void;
  /** For metrics and traces. */
  readonly purpose?: CallPurpose;
}

/** A response of any status; `retryAfter` is the Retry-After header. The body is whole if the status is 2xx, otherwise its first 64 KiB. */
export interface HttpResponse {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** Sends one HTTP request and returns the response. Throws TransportError, or the signal's reason if it aborts. */
export type Exchange = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpClientOptions {
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  /** Direct connections by default; `loadAgents` returns those of a proxy. */
  readonly createAgents?: CreateAgents;
  /** Called after each exchange that did not reach the other side, or failed in a proxy or in TLS. */
  readonly onUnreachable?: (error: TransportError) => void;
}

/** Sends requests over connections that it keeps open. */
export interface HttpClient {
  readonly exchange: Exchange;
  /** Closes every connection. */
  close(): void;
}

/** The status of a proxy that wants other credentials. It can also stand in place of the response to an http request. */
const PROXY_AUTHENTICATION_REQUIRED = 407;

/**
 * Creates a client over node-fetch with keep-alive. The signal also covers reading the body, which is limited to
 * `maxResponseBytes`, and in its values, levels and names. Of a body with another status than 2xx, only the first 64 KiB are read. Redirects are not followed. Each request names this server as its User-Agent.
 */
export function createHttpClient({
  maxResponseBytes,
  maxConnections,
  createAgents = createDirectAgents,
  onUnreachable = () => undefined,
}: HttpClientOptions): HttpClient {
  const isDirect = createAgents === createDirectAgents;
  const keepAliveAgents = createAgents({ keepAlive: true, maxSockets: maxConnections });
  const freshAgents = createAgents({ keepAlive: false });
  const takeRequest = watchRequests([keepAliveAgents, freshAgents]);
  const toBounds = (isSuccess: boolean, maxBytes = maxResponseBytes): TextBounds =>
    isSuccess
      ? { maxBytes: Math.min(maxBytes, maxResponseBytes), isCut: false }
      : { maxBytes: Math.min(MAX_ERROR_BYTES, maxResponseBytes), isCut: true };

  return {
    exchange: async ({ method, url, headers, body, signal, freshConnection = false, maxBytes, onReceive }) => {
      signal.throwIfAborted();
      const agents = freshConnection ? freshAgents : keepAliveAgents;
      let connection: Connection | null = null;
      try {
        const responding = fetch(url, {
          method,
          headers: { 'User-Agent': USER_AGENT, ...headers },
          ...(body === undefined ? {} : { body }),
          redirect: 'manual',
          agent: url.startsWith('https:') ? agents.https : agents.http,
          // node-fetch types its signal like an older DOM; Node's AbortSignal works.
          signal: signal,
        });
        // node-fetch gives every request to its agent before it returns.
        const request = takeRequest();
        if (request?.reusedSocket === false) connection = followConnection(request);
        const response = await responding;
        signal.throwIfAborted();
        const text =
          response.body === null ? '' : await readText(response.body, toBounds(response.ok, maxBytes), onReceive);
        // For a body that is longer than its Content-Length, node-fetch returns an empty text.
        if (text === '' && Number(response.headers.get('content-length')) > 0) throw new TransportError('broken');
        if (!isDirect && response.status === PROXY_AUTHENTICATION_REQUIRED)
          throw new TransportError('never-arrived', String(response.status), 'proxy');
        return { status: response.status, retryAfter: response.headers.get('retry-after'), body: text };
      } catch (error) {
        const failure = signal.aborted ? toAbortError(signal, connection, !isDirect) : toFailure(error);
        if (failure instanceof TransportError && isUnreachable(failure)) onUnreachable(failure);
        throw failure;
      }
    },
    close() {
      for (const agent of [keepAliveAgents.http, keepAliveAgents.https, freshAgents.http, freshAgents.https])
        agent.destroy();
    },
  };
}

/** Agents of Node.js take requests by a method that its documentation leaves to them. */
interface RequestTaker {
  addRequest: (request: ClientRequest, options: object) => void;
}

function takesRequests(agent: object): agent is RequestTaker {
  return 'addRequest' in agent && typeof agent.addRequest === 'function';
}

/** Returns a function that returns the latest request that one of the agents was given, once. */
function watchRequests(watched: readonly Agents[]): () => ClientRequest | null {
  let latest: ClientRequest | null = null;
  for (const agent of watched.flatMap(({ http, https }): object[] => [http, https])) {
    if (!takesRequests(agent)) continue;
    const add = agent.addRequest.bind(agent);
    agent.addRequest = (request, options) => {
      latest = request;
      add(request, options);
    };
  }
  return () => {
    const taken = latest;
    latest = null;
    return taken;
  };
}

/** The signal's reason; if the time was over before there was a connection, an error that says so: certainly nothing arrived. */
function toAbortError(signal: AbortSignal, connection: Connection | null, isProxied: boolean): unknown {
  const step = connection?.step() ?? 'made';
  if (step === 'made' || !isTimeout(signal.reason)) return signal.reason;
  return new TransportError('never-arrived', CONNECTION_TIMEOUT, toFailedLayer(step, isProxied));
}

/** The system's code for a connection that is not made in time. */
const CONNECTION_TIMEOUT = 'ETIMEDOUT';

function toFailure(error: unknown): unknown {
  return error instanceof ReportError || error instanceof TransportError ? error : toTransportError(error);
}

function isUnreachable({ fault, layer }: TransportError): boolean {
  return fault === 'never-arrived' || layer !== null;
}

/** A response to a sign-in call that says nothing about the credentials, such as a 429 or a 503, so the call may be repeated. */
export class SignInResponseError extends Error {
  override readonly name = 'SignInResponseError';
  readonly answer: HttpResponse;

  constructor(answer: HttpResponse) {
    super('the platform did not process the sign-in call');
    this.answer = answer;
  }
}
