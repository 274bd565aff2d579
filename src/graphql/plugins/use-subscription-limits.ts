import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ReportError } from '../../domain/errors.ts';
import { onResponseClose } from '../../http/response-close.ts';
import type { MaskError } from '../mask-error.ts';

/** How many subscriptions a caller may have open, and how callers are told apart. */
export interface SubscriptionLimit {
  /** 0 for no limit. */
  readonly maxPerPrincipal: number;
  /** Identifies the caller: the same text for all its requests. */
  readonly principalOf: (request: IncomingMessage) => string;
}

/** The part of Yoga's context that holds the HTTP request and its response. */
interface Exchange {
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
export function useSubscriptionLimit(
  { maxPerPrincipal, principalOf }: SubscriptionLimit,
  maskError: MaskError,
): Plugin<Exchange> {
  const openByPrincipal = new Map<string, number>();
  const add = (principal: string, change: number): void => {
    const open = (openByPrincipal.get(principal) ?? 0) + change;
    if (open === 0) openByPrincipal.delete(principal);
    else openByPrincipal.set(principal, open);
  };
  return {
    onSubscribe({ args, setResultAndStopExecution }: SubscribeEvent) {
      const { req, res } = args.contextValue;
      const principal = principalOf(req);
      if (maxPerPrincipal > 0 && (openByPrincipal.get(principal) ?? 0) >= maxPerPrincipal) {
        setResultAndStopExecution({ errors: [maskError(toLimitError(maxPerPrincipal))] });
        return;
      }
      add(principal, 1);
      onResponseClose(req, res, () => add(principal, -1));
    },
  };
}

function toLimitError(limit: number): ReportError {
  return new ReportError(
    'TOO_MANY_SUBSCRIPTIONS',
    `You have ${limit} subscriptions open, the maximum per caller. End one of them, or poll aggregatedReportRequest.`,
    { limit },
  );
}
