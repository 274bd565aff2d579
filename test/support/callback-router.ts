import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that arrived, as the specification has it. */
export interface RouterMessage {
  readonly action: string;
  readonly id: string;
  readonly verifier: string;
  readonly payload?: unknown;
  readonly errors?: readonly unknown[];
}

/**
 * A router that subscribes by Apollo's HTTP callback protocol, written from its specification. It answers each message as the specification
 * says, unless `answer` does.
 */
export interface CallbackRouter {
  readonly url: string;
  /** Messages of subscriptions that it knows, without checks. */
  readonly events: RouterMessage[];
  readonly checks: RouterMessage[];
  /** The headers of every message. */
  readonly headers: IncomingHttpHeaders[];
  /** Replaces the answer to the messages that come next; null restores it. */
  answer(by: ((message: RouterMessage, response: ServerResponse) => void) | null): void;
  /** Sends an operation as the router does. The result is what the subgraph answered. */
  subscribe(subgraph: string, operation: object, options?: SubscribeOptions): Promise<Subscribed>;
  /** Ends a subscription: from now on the router does not know its id. */
  terminate(id: string): void;
  close(): Promise<void>;
}

export interface SubscribeOptions {
  readonly headers?: Record<string, string>;
  /** Replaces parts of `extensions.subscription`. */
  readonly subscription?: Record<string, unknown>;
}

export interface Subscribed {
  readonly id: string;
  readonly status: number;
  readonly protocol: string | null;
  readonly body: unknown;
}

export async function startCallbackRouter(): Promise<CallbackRouter> {
  const key = randomUUID();
  const known = new Set<string>();
  const events: RouterMessage[] = [];
  const checks: RouterMessage[] = [];
  const headers: IncomingHttpHeaders[] = [];
  let special: ((message: RouterMessage, response: ServerResponse) => void) | null = null;
  const toVerifier = (id: string): string => createHmac('sha256', key).update(id).digest('hex');

  const respond = (message: RouterMessage, path: string, response: ServerResponse): void => {
    const end = (status: number): void => void response.writeHead(status, PROTOCOL).end();
    if (path !== `/callback/${message.id}`) end(400);
    else if (message.verifier !== toVerifier(message.id)) end(401);
    else if (!known.has(message.id)) end(404);
    else if (message.action === 'check') end(204);
    else if (message.action === 'next') end(200);
    else {
      known.delete(message.id);
      end(202);
    }
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const message = JSON.parse(text) as RouterMessage;
      headers.push(request.headers);
      if (message.action === 'check') checks.push(message);
      else events.push(message);
      if (special !== null) special(message, response);
      else respond(message, request.url ?? '', response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;

  return {
    url,
    events,
    checks,
    headers,
    answer: (by) => void (special = by),
    terminate: (id) => void known.delete(id),
    async subscribe(subgraph, operation, options = {}) {
      const id = randomUUID();
      known.add(id);
      const extension = {
        callbackUrl: `${url}/${id}`,
        subscriptionId: id,
        verifier: toVerifier(id),
        heartbeatIntervalMs: 5_000,
        ...options.subscription,
      };
      const response = await fetch(subgraph, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json, application/graphql-response+json, application/json;callbackSpec=1.0',
          ...options.headers,
        },
        body: JSON.stringify({ ...operation, extensions: { subscription: extension } }),
      });
      const protocol = response.headers.get('subscription-protocol');
      return { id, status: response.status, protocol, body: (await response.json()) as unknown };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PROTOCOL = { 'Subscription-Protocol': 'callback/1.0' };
