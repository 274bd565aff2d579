import { toCallbackMessages } from '../callbacks/callback-messages.ts';
import type { CallbackSender } from '../callbacks/callback-sender.ts';
import { PlatformError } from '../http/errors.ts';
import { jsonReply } from '../http/reply.ts';
import type { Handler } from '../http/routes.ts';
import { parseAggregateRequest } from './aggregate-request.ts';
import type { AggregateRouteOptions } from './aggregate-route.ts';
import { requireFlagHeader } from './header-copies.ts';

export interface AsyncAggregateRouteOptions extends AggregateRouteOptions {
  sender: CallbackSender;
  hasListener: (accountNumber: string) => boolean;
  /** Whether to reject a request for an account without a listener. */
  requireListener: boolean;
}

/** From docs/upstream/README.md. */
const MAX_IMEIS = 10_000;

/** Handles the asynchronous aggregated report: it responds with a transaction id, and sends the results as callback messages. */
export function createAsyncAggregateRoute(options: AsyncAggregateRouteOptions): Handler {
  const { access, aggregate, version, createId, sender, hasListener, requireListener } = options;
  return async (call) => {
    access.requireSession(call);
    const isByPortal = version === 'older' && requireFlagHeader(call, 'X-Portal-Initiated');
    const request = parseAggregateRequest(call, { ...options, maxImeis: MAX_IMEIS });
    if (requireListener && !isByPortal && !hasListener(request.accountNumber)) {
      throw new PlatformError('errorCode', {
        status: 403,
        code: 'CALLBACK_NOT_REGISTERED',
        message: `No callback listener is registered for account ${request.accountNumber}.`,
      });
    }
    const txid = createId();
    const messages = toCallbackMessages(txid, aggregate(request));
    await sender.send(messages);
    const isEmpty = request.imeis.length === 0 && messages.length === 0;
    return jsonReply(200, { txid, status: isEmpty ? 'COMPLETED' : 'QUEUED' });
  };
}
