import { GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { OperationContext } from '../../context.ts';
import type { MaskError } from '../mask-error.ts';
import { MAX_REPORTED_ERRORS, takeLeftOut, type ErrorCount } from '../../domain/error-limit.ts';
import { checkOperation } from './check-operation.ts';
import { toMoreErrors } from '../more-errors.ts';
import { toGraphQLError, type Execute } from './executor.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import { withoutErrorsBesides } from './propagated-errors.ts';
import type { Variables } from './variables.ts';

/** An operation whose fields are recorded. */
export interface TracedOperation {
  /** Executes as the operation would without a trace. */
  readonly execute: (operation: PreparedOperation) => Execute;
  /** Ends the trace and returns it as text, with the errors of the response. */
  readonly end: (errors: readonly GraphQLError[]) => string;
}

export interface OperationRunnerOptions {
  readonly maskError: MaskError;
  /** Whether each response reports its upstream cost, in `extensions.upstream`. */
  readonly reportCost: boolean;
  /** Starts the trace of an operation whose gateway wants one. Null if traces are turned off. */
  readonly startTracing: ((context: OperationContext) => TracedOperation) | null;
}

/** Runs a query or mutation: every one passes here, whichever way its request came. Errors in the result are masked. */
export type RunOperation = (
  operation: PreparedOperation,
  sent: Variables,
  context: OperationContext,
) => Promise<ExecutionResult>;

/** Creates the function that checks and runs operations. */
export function createRunOperation({ maskError, reportCost, startTracing }: OperationRunnerOptions): RunOperation {
  return async (operation, sent, context) => {
    const unread = context.checkUnread();
    if (unread !== null) return { errors: [maskError(toUnmasked(unread))] };
    context.cancellation.startTimeLimit();
    const traced = context.wantsTrace ? (startTracing?.(context) ?? null) : null;
    const execute = traced?.execute(operation) ?? operation.execute;
    const checked = checkVariablesAndFields(operation, sent, context);
    const result: ExecutionResult = 'errors' in checked ? checked : await execute(checked.values, context);
    const reported = toReportedErrors(result, context.errorCount, operation, maskError);
    const tooMuch = context.addUnread();
    // What a mutation has done is reported in any case.
    if (tooMuch !== null && operation.kind !== OperationTypeNode.MUTATION) {
      return { errors: [maskError(toUnmasked(tooMuch))] };
    }
    const { cost, warnings } = context.operation;
    const extensions = {
      ...(reportCost ? { upstream: cost } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(traced === null ? {} : { ftv1: traced.end(reported ?? []) }),
    };
    return {
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(reported === null ? {} : { errors: reported }),
      ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
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
  return error === null ? read : { errors: [toUnmasked(error)] };
}

/** An error as graphql-js would throw it. It is masked when it is sent. */
export function toUnmasked(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}

/**
 * The errors of a result as they are sent: masked, and at most 1,000 with one that counts the others. Null if there are none. Begins to
 * count those of the next response.
 */
export function toReportedErrors(
  result: ExecutionResult,
  count: ErrorCount,
  operation: PreparedOperation,
  maskError: MaskError,
): readonly GraphQLError[] | null {
  const leftOut = takeLeftOut(count);
  const errors = withoutErrorsBesides(result, operation);
  if (errors === undefined && leftOut === 0) return null;
  return toReported(errors ?? [], leftOut).map((error) => maskError(toGraphQLError(error, operation)));
}

/** Limits the errors of a response. One that stands for several is reported once. `leftOut` is the number of those that were not made. */
function toReported(errors: readonly GraphQLError[], leftOut: number): readonly GraphQLError[] {
  const reported = [...new Set(errors)].slice(0, MAX_REPORTED_ERRORS);
  const unreported = errors.length - reported.length + leftOut;
  return unreported === 0 ? errors : [...reported, toMoreErrors(unreported)];
}
