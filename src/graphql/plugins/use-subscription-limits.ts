import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, DocumentNode, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import { ReportError } from '../../domain/errors.ts';
import { onResponseClose } from '../../http/response-close.ts';
import { toVariableValues } from '../execution/operation-cache.ts';
import { checkBudget } from '../limits/budget.ts';
import { toCallPlan, type Variables } from '../limits/call-plan.ts';
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

interface SubscribeEvent<Arguments> {
  readonly args: Arguments;
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
    onSubscribe({ args, setResultAndStopExecution }: SubscribeEvent<{ readonly contextValue: Exchange }>) {
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

interface SubscribeArguments {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Variables | null;
  readonly contextValue: OperationContext;
}

/**
 * Rejects a subscription if an event may cost more upstream calls than an operation may make. Queries and mutations are checked
 * when they run.
 */
export function useSubscriptionBudget(schema: GraphQLSchema, maskError: MaskError): Plugin<OperationContext> {
  return {
    onSubscribe({ args, setResultAndStopExecution }: SubscribeEvent<SubscribeArguments>) {
      const { document, variableValues, contextValue } = args;
      const operationName = args.operationName ?? undefined;
      const plan = toCallPlan(schema, document, operationName);
      if (plan === null) return;
      const { errors, coerced } = toVariableValues(schema, { document, operationName }, variableValues ?? {});
      if (errors !== undefined) {
        setResultAndStopExecution({ errors: errors.map(maskError) });
        return;
      }
      const budgetError = checkBudget(plan.count(coerced, contextValue), contextValue.maxUpstreamCalls);
      if (budgetError !== null) setResultAndStopExecution({ errors: [maskError(budgetError)] });
    },
  };
}
