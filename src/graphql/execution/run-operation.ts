import { GraphQLError, type ExecutionResult } from 'graphql';
import type { OperationContext } from '../../context.ts';
import type { MaskError } from '../mask-error.ts';
import { checkOperation } from './check-operation.ts';
import { toMoreErrors } from '../more-errors.ts';
import { toGraphQLError } from './executor.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { Variables } from './variables.ts';

export interface OperationRunnerOptions {
  readonly maskError: MaskError;
  /** Whether each response reports its upstream cost, in `extensions.upstream`. */
  readonly reportCost: boolean;
}

/** Runs a query or mutation: every one passes here, whichever way its request came. Errors in the result are masked. */
export type RunOperation = (
  operation: PreparedOperation,
  sent: Variables,
  context: OperationContext,
) => Promise<ExecutionResult>;

/** Creates the function that checks and runs operations. */
export function createRunOperation({ maskError, reportCost }: OperationRunnerOptions): RunOperation {
  return async (operation, sent, context) => {
    context.cancellation.startTimeLimit();
    const checked = checkVariablesAndFields(operation, sent, context);
    const { data, errors }: ExecutionResult =
      'errors' in checked ? checked : await operation.execute(checked.values, context);
    const { cost, warnings } = context.operation;
    const extensions = {
      ...(reportCost ? { upstream: cost } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
    return {
      ...(data === undefined ? {} : { data }),
      ...(errors === undefined ? {} : { errors: toReportedErrors(errors, operation, maskError) }),
      ...(reportCost || warnings.length > 0 ? { extensions } : {}),
    };
  };
}

/** Coerces the variables and checks the operation with them. Returns the errors if it may not run. Errors are not masked yet. */
export function checkVariablesAndFields(
  operation: PreparedOperation,
  sent: Variables,
  context: OperationContext,
): ReturnType<PreparedOperation['readVariables']> {
  const read = operation.readVariables(sent);
  if ('errors' in read) return read;
  const error = checkOperation(operation, read.values, context);
  return error === null ? read : { errors: [new GraphQLError(error.message, { originalError: error })] };
}

/** The errors of a result as they are sent: masked, and at most 1,000 with one that counts the others. */
export function toReportedErrors(
  errors: readonly GraphQLError[],
  operation: PreparedOperation,
  maskError: MaskError,
): readonly GraphQLError[] {
  return toReported(errors).map((error) => maskError(toGraphQLError(error, operation)));
}

const MAX_REPORTED_ERRORS = 1_000;

/** Limits the errors of a response: each costs as much as a device, and nobody reads ten thousand. */
function toReported(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const unreported = errors.length - MAX_REPORTED_ERRORS;
  return unreported <= 0 ? errors : [...errors.slice(0, MAX_REPORTED_ERRORS), toMoreErrors(unreported)];
}
