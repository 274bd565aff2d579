import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch, { FetchError } from 'node-fetch';
import { TransportError } from './transport-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** A connection of its own, for what may not be sent twice: a kept one can be closed by the other side as we write. */
  readonly freshConnection?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** One HTTP request and its whole answer. Throws DeliveryError; an abort throws the signal's reason. */
export type Exchange = (request: HttpRequest) => Promise<HttpResponse>;

export interface ExchangeOptions {
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
}

export interface HttpClient {
  readonly exchange: Exchange;
  /** Drops every connection. */
  close(): void;
}

/** node-fetch over kept connections: bodies are read inside the signal's limit and capped, redirects are not followed. */
export function createHttpClient({ maxResponseBytes, maxConnections }: ExchangeOptions): HttpClient {
  const keptAlive = { keepAlive: true, maxSockets: maxConnections };
  const keepAliveAgents = { http: new HttpAgent(keptAlive), https: new HttpsAgent(keptAlive) };
  // Agents of their own: without one, Node's global agent serves, and that one keeps connections too.
  const fresh = { keepAlive: false };
  const freshAgents = { http: new HttpAgent(fresh), https: new HttpsAgent(fresh) };

  return {
    exchange: async ({ method, url, headers, body, signal, freshConnection = false }) => {
      signal.throwIfAborted();
      const agents = freshConnection ? freshAgents : keepAliveAgents;
      try {
        const response = await fetch(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          redirect: 'manual',
          size: maxResponseBytes,
          agent: ({ protocol }) => (protocol === 'https:' ? agents.https : agents.http),
          // node-fetch's own type of a signal is an older DOM's; Node's does what it asks for.
          signal: signal,
        });
        const text = await response.text();
        // node-fetch loses a body that goes on behind its end, and takes it for an empty one.
        if (text === '' && Number(response.headers.get('content-length')) > 0) throw new TransportError('broken');
        return { status: response.status, retryAfter: response.headers.get('retry-after'), body: text };
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof TransportError ? error : toTransportError(error);
      }
    },
    close() {
      for (const agent of [keepAliveAgents.http, keepAliveAgents.https, freshAgents.http, freshAgents.https])
        agent.destroy();
    },
  };
}

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

function toTransportError(error: unknown): unknown {
  if (error instanceof FetchError && error.type === 'max-size') return new TransportError('too-large');
  // A request that cannot even be written down is a fault of ours. Its own message can hold the address.
  if (error instanceof TypeError) return new TypeError(`a request that cannot be sent (${toCode(error)})`);
  const systemCode = error instanceof FetchError ? (error.code ?? null) : null;
  return new TransportError(isWithoutConnection(error) ? 'never-arrived' : 'broken', systemCode);
}

function toCode(error: TypeError): string {
  return 'code' in error ? String(error.code) : 'no code';
}

/** The same codes come from a connection that breaks later: then the system call is a read or a write. */
function isWithoutConnection(error: unknown): boolean {
  if (!(error instanceof FetchError) || error.code === undefined) return false;
  const call = 'erroredSysCall' in error ? error.erroredSysCall : undefined;
  return call === 'connect' || call === 'getaddrinfo' || (call === undefined && NO_CONNECTION.has(error.code));
}

/** An answer to a sign-in call that stands for no verdict on the credentials: the call may be made again. */
export class SignInResponseError extends Error {
  override readonly name = 'TurnedAway';
  readonly answer: HttpResponse;

  constructor(answer: HttpResponse) {
    super('turned away');
    this.answer = answer;
  }
}
