import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationContext } from '../../context.ts';
import { judgeBudget } from '../limits/budget.ts';
import { toCallPlan, type Variables } from '../limits/call-plan.ts';
import type { MaskError } from '../mask-error.ts';
import { toVariableValues } from '../execution/variable-values.ts';

interface SubscribeArguments {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Variables | null;
  readonly contextValue: OperationContext;
}

interface SubscribeEvent {
  readonly args: SubscribeArguments;
  readonly setResultAndStopExecution: (result: ExecutionResult) => void;
}

/** Refuses a subscription whose every event may cost more calls than an operation may; queries and mutations are judged where they run. */
export function useSubscriptionBudget(schema: GraphQLSchema, maskError: MaskError): Plugin<OperationContext> {
  return {
    onSubscribe({ args, setResultAndStopExecution }: SubscribeEvent) {
      const { document, variableValues, contextValue } = args;
      const operationName = args.operationName ?? undefined;
      const plan = toCallPlan(schema, document, operationName);
      if (plan === null) return;
      const { errors, coerced } = toVariableValues(schema, { document, operationName }, variableValues ?? {});
      if (errors !== undefined) {
        setResultAndStopExecution({ errors: errors.map(maskError) });
        return;
      }
      const refusal = judgeBudget(plan.count(coerced, contextValue), contextValue.maxUpstreamCalls);
      if (refusal !== null) setResultAndStopExecution({ errors: [maskError(refusal)] });
    },
  };
}
