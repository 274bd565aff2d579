import type { GraphQLError } from 'graphql';
import type { OperationContext } from '../../context.ts';
import { createCallEstimate } from '../../reports/call-estimate.ts';
import { checkOperation } from './check-operation.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import { toUnmasked } from './run-operation.ts';
import type { Variables } from './variables.ts';

/** What an operation would need. */
export interface OperationPlan {
  /** The most upstream calls that it makes, without retries and without those that find a device which the platform rejects. */
  readonly upstreamCalls: number;
  /** Whether it may run. If not, it fails before any call. */
  readonly withinBudget: boolean;
}

/** Checks an operation with its variables, and returns what it would need, or why one of its fields may not run. */
export function planOperation(
  operation: PreparedOperation,
  sent: Variables,
  context: OperationContext,
): OperationPlan | { readonly errors: readonly GraphQLError[] } {
  const read = operation.readVariables(sent);
  if ('errors' in read) return read;
  const estimate = createCallEstimate();
  const refusal = checkOperation(operation, read.values, context, estimate);
  const errors = [...context.prepared.fields.values()].flatMap(({ error }) => error ?? []);
  if (errors.length > 0) return { errors: errors.map(toUnmasked) };
  return { upstreamCalls: estimate.total(), withinBudget: refusal === null };
}
