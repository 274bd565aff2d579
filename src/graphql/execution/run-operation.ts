import { execute, GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery } from 'graphql-jit';
import type { OperationContext } from '../../context.ts';
import { checkBudget, countValues } from '../limits/budget.ts';
import { toCallPlan } from '../limits/call-plan.ts';
import type { MaskError } from '../mask-error.ts';
import { isCompilable, toGraphQLError } from './jit.ts';
import { type ExecutePrepared, type PreparedOperation, type Variables, toVariableValues } from './operation-cache.ts';

export interface OperationRunnerOptions {
  readonly schema: GraphQLSchema;
  readonly maskError: MaskError;
  /** Whether each response reports its upstream cost, in `extensions.upstream`. */
  readonly reportCost: boolean;
}

/** Runs an operation that passed validation. Errors in the result are masked. */
export type RunOperation = (
  operation: PreparedOperation,
  variables: Variables,
  context: OperationContext,
) => Promise<ExecutionResult>;

/** Runs operations with graphql-jit, and with graphql-js those that graphql-jit cannot compile. */
export function createRunOperation({ schema, maskError, reportCost }: OperationRunnerOptions): RunOperation {
  return async (operation, variables, context) => {
    context.deadline.begin();
    const result = await run(schema, operation, variables, context);
    const source = operation.document.loc?.source;
    const { warnings } = context;
    const extensions = {
      ...(reportCost ? { upstream: context.operation.cost } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
    return {
      ...result,
      ...(result.errors === undefined
        ? {}
        : { errors: toReported(result.errors).map((error) => maskError(toGraphQLError(error, source))) }),
      ...(reportCost || warnings.length > 0 ? { extensions } : {}),
    };
  };
}

const MAX_REPORTED_ERRORS = 1_000;

/** Limits the errors of a response: each costs as much as a device, and nobody reads ten thousand. */
function toReported(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const unreported = errors.length - MAX_REPORTED_ERRORS;
  if (unreported <= 0) return errors;
  const more = new GraphQLError(`There are ${unreported} more errors, which are left out. Ask for less at once.`, {
    extensions: { code: 'MORE_ERRORS' },
  });
  return [...errors.slice(0, MAX_REPORTED_ERRORS), more];
}

async function run(
  schema: GraphQLSchema,
  operation: PreparedOperation,
  variables: Variables,
  context: OperationContext,
): Promise<ExecutionResult> {
  const rejections = findErrors(schema, operation, variables, context);
  if (rejections !== null) return { errors: rejections };
  operation.execute ??= compile(schema, operation) ?? interpret(schema, operation);
  const result = await operation.execute(variables, context);
  // Without data nothing ran: graphql-jit is stricter than graphql-js in some cases.
  return result.data === undefined ? interpret(schema, operation)(variables, context) : result;
}

const MAX_UNCHECKED_VALUES = 500;

/**
 * Returns why an operation may not run: its variables do not match their types, or it needs too many calls. Returns null if it
 * may run. Most operations are too small to need a closer look.
 */
function findErrors(
  schema: GraphQLSchema,
  operation: PreparedOperation,
  variables: Variables,
  context: OperationContext,
): readonly GraphQLError[] | null {
  if (operation.callPlan === undefined) {
    operation.callPlan = toCallPlan(schema, operation.document, operation.operationName);
  }
  const { callPlan } = operation;
  const { maxUpstreamCalls } = context;
  const values = countValues(variables, MAX_UNCHECKED_VALUES);
  if (values <= MAX_UNCHECKED_VALUES && (callPlan === null || callPlan.boundBy(values) <= maxUpstreamCalls))
    return null;
  // graphql-js stops after 50 faults. Long lists of bad values would keep graphql-jit busy for a second.
  const { errors, coerced } = toVariableValues(schema, operation, variables);
  if (errors !== undefined) return errors;
  const budgetError = checkBudget(callPlan?.count(coerced, context) ?? 0, maxUpstreamCalls);
  return budgetError === null ? null : [new GraphQLError(budgetError.message, { originalError: budgetError })];
}

/** Values are checked when the platform sends them. Checking each again costs more than the rest of its row. */
const COMPILER_OPTIONS = { disableLeafSerialization: true };

function compile(schema: GraphQLSchema, { document, operationName }: PreparedOperation): ExecutePrepared | null {
  if (!isCompilable(document)) return null;
  try {
    const compiled = compileQuery(schema, document, operationName, COMPILER_OPTIONS);
    return 'query' in compiled ? (variables, context) => compiled.query(undefined, context, { ...variables }) : null;
  } catch {
    return null;
  }
}

function interpret(schema: GraphQLSchema, { document, operationName }: PreparedOperation): ExecutePrepared {
  return (variableValues, contextValue) => execute({ schema, document, operationName, variableValues, contextValue });
}
