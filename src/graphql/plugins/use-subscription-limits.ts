import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import { onResponseClose } from '../../http/response-close.ts';
import type { MaskError } from '../mask-error.ts';
import type { OpenSubscriptions } from '../open-subscriptions.ts';

/** The part of Yoga's context that holds the HTTP request and its response. */
interface Exchange extends OperationContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

interface SubscribeEvent {
  readonly args: { readonly contextValue: Exchange };
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

/**
 * Rejects a subscription if the caller has the maximum number open. Each one counts until its response ends, for whatever reason.
 */
export function useSubscriptionLimit({ open }: OpenSubscriptions, maskError: MaskError): Plugin<Exchange> {
  return {
    onSubscribe({ args, setResultAndStopExecution }: SubscribeEvent) {
      const { req, res, principal } = args.contextValue;
      const error = open(principal(), (listener) => onResponseClose(req, res, listener));
      if (error !== null) setResultAndStopExecution({ errors: [maskError(error)] });
    },
  };
}
