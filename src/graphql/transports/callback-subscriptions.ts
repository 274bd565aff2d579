import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { OperationStart } from '../../context.ts';
import type { Access } from '../../domain/access.ts';
import type { Clock } from '../../domain/clock.ts';
import { sendErrorResponse, type ErrorResponse } from '../../http/error-response.ts';
import { asksForFresh } from '../../http/forwarded.ts';
import type { LogUnexpected } from '../../http/log-unexpected.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { markLogged } from '../../http/request-log.ts';
import { onResponseClose } from '../../http/response-close.ts';
import type { MaskError } from '../mask-error.ts';
import type { Sending, StartSubscription } from '../start-operation.ts';
import { createToAllowedUrl, parseCallbackRequest } from './callback-request.ts';
import { followByCallback } from './callback-subscription.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
import { readOperationBody } from './operation-body.ts';
import { createRouterMessages, type PostToRouter } from './router-messages.ts';
import { toSocketHeaders } from './socket-sender.ts';

export interface CallbackSubscriptionsOptions {
  /** Addresses of routers; if there are none, callbacks are off. */
  readonly subscriptionCallbackAllowed: readonly string[];
  readonly postToRouter: PostToRouter;
  readonly startSubscription: StartSubscription;
  readonly accessOf: (request: IncomingMessage) => Access;
  readonly principalOf: (request: IncomingMessage) => string;
  readonly maxMessageBytes: number;
  readonly maskError: MaskError;
  readonly clock: Pick<Clock, 'after' | 'wait'>;
  /** Lets the shutdown wait for a subscription, and break it off. Call the returned function when it has ended. */
  readonly hold: (breakOff: () => void) => () => void;
  readonly logUnexpected: LogUnexpected;
}

/** How a router asks for callbacks: `application/json;callbackSpec=1.0`. */
const ACCEPTS_CALLBACKS = /;[ \t]*callbackSpec="?1\.0/i;
const PROTOCOL_HEADERS = { 'Subscription-Protocol': 'callback/1.0' };

/**
 * Serves subscriptions whose events go to the URL of a router, by Apollo's HTTP callback protocol. The response to the request only says that
 * the subscription has begun. Passes on every other request.
 */
export function withCallbackSubscriptions(
  listener: RequestListener,
  options: CallbackSubscriptionsOptions,
): RequestListener {
  const { subscriptionCallbackAllowed: allowed, postToRouter, startSubscription, maxMessageBytes } = options;
  const { maskError, clock, hold, logUnexpected } = options;
  if (allowed.length === 0) return listener;
  const toAllowedUrl = createToAllowedUrl(allowed);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readOperationBody(request, maxMessageBytes);
    const parsed = typeof body === 'string' ? parseCallbackRequest(body, toAllowedUrl) : body;
    if ('status' in parsed) {
      sendErrorResponse(response, parsed);
      return;
    }
    const { params, callback } = parsed;
    const lifetime = createLifetime();
    const controller = new AbortController();
    lifetime.onEnd(() => controller.abort());
    lifetime.onEnd(hold(() => lifetime.end(false)));
    onResponseClose(request, response, (isSent) => (isSent ? undefined : lifetime.end(false)));
    const { start, forgetRequest } = toStart(request, lifetime, options);
    const started = await startSubscription(params, start, SENDING);
    forgetRequest();
    if ('errors' in started) {
      lifetime.end(true);
      send(response, JSON.stringify(started));
      return;
    }
    const messages = createRouterMessages({ callback, post: postToRouter, clock, signal: controller.signal });
    const delivery = await messages.check();
    if (delivery === 'taken' && !lifetime.isOver()) {
      send(response, '{"data":null}');
      followByCallback({ ...started, messages, heartbeatMs: callback.heartbeatMs, lifetime, maskError, clock });
    } else {
      lifetime.end(false);
      await started.events.return?.();
      sendErrorResponse(response, NOT_CONFIRMED);
    }
  };

  return (request, response) => {
    if (request.method !== 'POST' || !ACCEPTS_CALLBACKS.test(request.headers.accept ?? '')) listener(request, response);
    else
      serve(request, response).catch((error: unknown) => {
        if (!request.destroyed || request.complete)
          logUnexpected({ err: error }, 'unexpected error of a subscription by callback');
        response.destroy();
      });
  };
}

/** What is known about the subscription of a request. It lasts much longer than the request, so it holds on to little of it. */
function toStart(
  request: IncomingMessage,
  { onEnd: onClose }: Lifetime,
  { accessOf, principalOf }: Pick<CallbackSubscriptionsOptions, 'accessOf' | 'principalOf'>,
): { readonly start: OperationStart; readonly forgetRequest: () => void } {
  const principal = principalOf(request);
  let logged: IncomingMessage | null = request;
  const start = {
    access: accessOf(request),
    principal: () => principal,
    requestId: requestIdOf(request),
    markLogged: () => (logged === null ? undefined : markLogged(logged)),
    onClose,
    mayUseCache: !asksForFresh(request.headers['cache-control']),
    wantsTrace: false,
    header: toSocketHeaders(request),
  };
  return { start, forgetRequest: () => void (logged = null) };
}

/** Each message is sent when the one before it has been taken. */
const SENDING: Sending = { transport: 'callback', waitUntilSent: () => Promise.resolve() };

function send(response: ServerResponse, body: string): void {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(200, { ...headers, ...PROTOCOL_HEADERS }).end(body);
}

const NOT_CONFIRMED: ErrorResponse = {
  status: 400,
  code: 'SUBSCRIPTION_CALLBACK_FAILED',
  message:
    'The router did not confirm the subscription at extensions.subscription.callbackUrl with status 204. Check the public URL and the path of its callbacks.',
};
