import { GraphQLError, OperationTypeNode, type FieldNode } from 'graphql';
import { NO_REPORTS, type ExpectedObjects, type FieldRule } from '../../../schema/rules/field-rule.ts';
import type { OperationContext, PreparedField } from '../../context.ts';
import { checkScope } from '../../domain/access.ts';
import { checkCallBudget } from '../../domain/call-budget.ts';
import { checkComputationBudget } from '../../domain/computation-budget.ts';
import { ReportError, toInputError, type InputFault } from '../../domain/errors.ts';
import { checkReadBudget } from '../../domain/read-budget.ts';
import { createReadEstimate, type ReadEstimate } from '../../domain/read-estimate.ts';
import { checkReportRequests } from '../../domain/report-requests.ts';
import { checkResponseSize } from '../../domain/response-limit.ts';
import { createCallEstimate, type CallEstimate } from '../../reports/call-estimate.ts';
import { findArgumentPath } from '../mask-error.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { SelectedField } from './selected-fields.ts';
import type { VariableValues } from './variables.ts';

/** One check of one operation. */
interface Check {
  readonly variables: VariableValues;
  readonly context: OperationContext;
  readonly estimate: CallEstimate;
  readonly reads: ReadEstimate;
  /** By the nodes of fields whose arguments are not valid; null while there are none. */
  faults: Map<FieldNode, readonly InputFault[]> | null;
  /** Why the caller may not read fields whose object is null without them. */
  refusals: Error[];
}

const NO_FAULTS: readonly InputFault[] = [];
const NO_OBJECTS: ExpectedObjects = { devices: [], reports: NO_REPORTS };

/**
 * Checks an operation before it runs: prepares each field that it includes, so that its resolver finds what to ask for or why it may
 * not run. Returns BUDGET_EXCEEDED or ANSWER_TOO_LARGE if the operation as a whole may not run, else null. Its calls are added to the
 * estimate.
 */
export function checkOperation(
  { fields, rowSizes, size, bytesWithoutLists, kind }: PreparedOperation,
  variables: VariableValues,
  context: OperationContext,
  estimate = createCallEstimate(),
): ReportError | null {
  const reads = createReadEstimate();
  const { prepared, operation, responseSize } = context;
  prepared.rowSizes = rowSizes;
  prepared.size = size;
  prepared.bytesWithoutLists = bytesWithoutLists;
  responseSize.bytes = bytesWithoutLists;
  const tooLarge = checkResponseSize(bytesWithoutLists, responseSize.maxBytes);
  if (tooLarge !== null) return tooLarge;
  const check: Check = { variables, context, estimate, reads, faults: null, refusals: [] };
  if (kind === OperationTypeNode.MUTATION) prepareMutations(fields, check);
  else prepareAll(fields, NO_OBJECTS, check);
  prepared.isForAccount = estimate.hasAccount();
  // Most operations are too small for a closer look.
  const { maxCalls } = operation;
  prepared.mayMakeCalls = estimate.upperBound() > 0;
  if (estimate.upperBound() > maxCalls) {
    operation.expectedCalls = estimate.total();
    const error = checkCallBudget(operation.expectedCalls, maxCalls);
    if (error !== null) return error;
  }
  const { maxStoreReads, maxComputedRows } = context;
  const tooManyReads = reads.upperBound() > maxStoreReads ? checkReadBudget(reads.total(), maxStoreReads) : null;
  if (tooManyReads !== null) return tooManyReads;
  return (
    checkReportRequests(prepared.reportRequests) ?? checkComputationBudget(estimate.computedRows(), maxComputedRows)
  );
}

/**
 * Prepares the fields of a mutation one by one. One whose result the caller may not read is refused, because it would take effect and
 * return nothing.
 */
function prepareMutations(selected: readonly SelectedField[], check: Check): void {
  const { variables, context } = check;
  for (const field of selected) {
    check.refusals = [];
    prepareAll([field], NO_OBJECTS, check);
    const node = field.findIncluded(variables);
    const [error] = check.refusals;
    if (node === null || error === undefined || context.prepared.fields.get(node)?.error !== null) continue;
    context.prepared.fields.set(node, { asked: null, error });
  }
}

/** Returns the faults of the fields and of all below, with paths from here. `on` is null if a field above is rejected. */
function prepareAll(
  selected: readonly SelectedField[],
  on: ExpectedObjects | null,
  check: Check,
): readonly InputFault[] {
  let faults: InputFault[] | null = null;
  for (const field of selected) {
    const node = field.findIncluded(check.variables);
    if (node === null) continue;
    for (const fault of prepareOne(field, node, on, check)) {
      faults ??= [];
      faults.push({ ...fault, argumentPath: [field.key, ...fault.argumentPath] });
    }
  }
  return faults ?? NO_FAULTS;
}

function prepareOne(
  field: SelectedField,
  node: FieldNode,
  on: ExpectedObjects | null,
  check: Check,
): readonly InputFault[] {
  const { rule, path, below } = field;
  if (rule === null) return prepareAll(below, on, check);
  const { fields } = check.context.prepared;
  // A fragment can be spread in many places; its arguments mean the same in each.
  const { asked, error } = fields.get(node) ?? parse(rule, field, node, check);
  const own = check.faults?.get(node) ?? NO_FAULTS;
  const isRejected = error !== null || own.length > 0;
  const { estimate, reads, context } = check;
  const objects = isRejected || on === null ? null : rule.plan(asked, on, { estimate, reads, context, path });
  const ofBelow = below.length === 0 ? NO_FAULTS : prepareAll(below, objects, check);
  if (own.length + ofBelow.length === 0) return NO_FAULTS;
  const all = [...own, ...ofBelow];
  // A field that would fetch fails for what is wrong below it, so that a bad argument costs no upstream call.
  const [first, ...others] = rule.loads ? all : own;
  if (first !== undefined) fields.set(node, { asked: null, error: error ?? toInputError([first, ...others]) });
  return all;
}

/** Parses the arguments of a field, and keeps what comes of it. */
function parse(
  { scope, prepare }: FieldRule,
  { readArguments, isNonNull, selects }: SelectedField,
  node: FieldNode,
  check: Check,
): PreparedField {
  const { context, variables } = check;
  const faults: InputFault[] = [];
  const result: { asked: unknown; error: Error | null } = { asked: null, error: null };
  if (scope !== null) result.error = checkScope(context.access, scope);
  if (result.error === null) {
    try {
      result.asked = prepare(readArguments(variables), context, faults, (name) => selects(name, variables));
    } catch (thrown) {
      // Its executor finds the same, and says it in the same words.
      if (thrown instanceof GraphQLError) {
        faults.push({ argumentPath: findArgumentPath(thrown) ?? [], message: thrown.message });
      } else if (!(thrown instanceof ReportError)) throw thrown;
      result.error = thrown;
    }
  }
  context.prepared.fields.set(node, result);
  if (isNonNull && result.error !== null && faults.length === 0) check.refusals.push(result.error);
  if (faults.length > 0) check.faults = (check.faults ?? new Map<FieldNode, readonly InputFault[]>()).set(node, faults);
  return result;
}
