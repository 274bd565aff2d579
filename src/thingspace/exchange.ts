import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch, { AbortError, FetchError } from 'node-fetch';
import { DeliveryError } from './delivery-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** A connection of its own, for what may not be sent twice: a kept one can be closed by the other side as we write. */
  readonly freshConnection?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** One HTTP request and its whole answer. Throws DeliveryError; an abort throws the signal's reason. */
export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>;

export interface ExchangeOptions {
  readonly maxAnswerBytes: number;
  readonly maxConnections: number;
}

export interface HttpClient {
  readonly exchange: Exchange;
  /** Drops every kept connection. */
  close(): void;
}

/** node-fetch over kept connections: bodies are read inside the signal's limit and capped, redirects are not followed. */
export function createHttpClient({ maxAnswerBytes, maxConnections }: ExchangeOptions): HttpClient {
  const kept = { keepAlive: true, maxSockets: maxConnections };
  const httpAgent = new HttpAgent(kept);
  const httpsAgent = new HttpsAgent(kept);

  return {
    exchange: async ({ method, url, headers, body, signal, freshConnection = false }) => {
      signal.throwIfAborted();
      const keptAgent = url.startsWith('https:') ? httpsAgent : httpAgent;
      try {
        const response = await fetch(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          redirect: 'manual',
          size: maxAnswerBytes,
          ...(freshConnection ? {} : { agent: keptAgent }),
          // node-fetch's own type of a signal is an older DOM's; Node's does what it asks for.
          signal: signal,
        });
        return {
          status: response.status,
          retryAfter: response.headers.get('retry-after'),
          body: await response.text(),
        };
      } catch (error) {
        if (error instanceof AbortError) throw signal.reason;
        throw toDeliveryError(error);
      }
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function toDeliveryError(error: unknown): unknown {
  if (!(error instanceof FetchError)) return error;
  if (error.type === 'max-size') return new DeliveryError('too-large');
  return new DeliveryError(error.code !== undefined && NEVER_ARRIVED.has(error.code) ? 'never-arrived' : 'broken');
}
