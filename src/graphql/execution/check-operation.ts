import { GraphQLError, type FieldNode } from 'graphql';
import type { ExpectedObjects } from '../../../schema/rules/field-rule.ts';
import type { OperationContext } from '../../context.ts';
import { checkScope } from '../../domain/access.ts';
import { checkCallBudget } from '../../domain/call-budget.ts';
import { ReportError, toInputError, type InputFault } from '../../domain/errors.ts';
import { createCallEstimate } from '../../reports/call-estimate.ts';
import type { PreparedOperation } from './prepared-operation.ts';
import type { SelectedField } from './selected-fields.ts';
import type { VariableValues } from './variables.ts';

/**
 * Checks an operation before it runs: prepares each field that it includes, so that its resolver finds what to ask for or why it may
 * not run. Returns BUDGET_EXCEEDED if the operation as a whole may not run, else null.
 */
export function checkOperation(
  { fields, rowBytes }: PreparedOperation,
  variables: VariableValues,
  context: OperationContext,
): ReportError | null {
  const estimate = createCallEstimate();
  const { prepared } = context;
  prepared.rowBytes = rowBytes;

  /** Returns the faults of the fields and of all below, with paths from here. `on` is null if a field above is rejected. */
  const prepareAll = (selected: readonly SelectedField[], on: ExpectedObjects | null): InputFault[] => {
    const faults: InputFault[] = [];
    for (const field of selected) {
      const node = field.findIncluded(variables);
      if (node === null) continue;
      for (const { argumentPath, message } of prepareOne(field, node, on)) {
        faults.push({ argumentPath: [field.key, ...argumentPath], message });
      }
    }
    return faults;
  };

  const prepareOne = (field: SelectedField, node: FieldNode, on: ExpectedObjects | null): InputFault[] => {
    const { rule, path, below } = field;
    if (rule === null) return prepareAll(below, on);
    const { asked, error, faults } = parseOnce(field, node);
    const isRejected = error !== null || faults.length > 0;
    const objects = isRejected || on === null ? null : (rule.plan?.(asked, on, { estimate, context, path }) ?? on);
    const all = [...faults, ...prepareAll(below, objects)];
    // A field that would fetch fails for what is wrong below it, so that a bad argument costs no upstream call.
    const [first, ...others] = rule.loads ? all : faults;
    if (first !== undefined) {
      prepared.fields.set(node, { asked: null, error: error ?? toInputError([first, ...others]) });
    }
    return all;
  };

  /** A fragment can be spread in many places; its arguments mean the same in each. */
  const faultsOf = new Map<FieldNode, readonly InputFault[]>();
  const parseOnce = (field: SelectedField, node: FieldNode) => {
    const known = prepared.fields.get(node);
    if (known !== undefined) return { ...known, faults: faultsOf.get(node) ?? [] };
    const faults: InputFault[] = [];
    const parsed = parse(field, variables, context, faults);
    prepared.fields.set(node, parsed);
    if (faults.length > 0) faultsOf.set(node, faults);
    return { ...parsed, faults };
  };

  prepareAll(fields, { devices: [], requests: 0 });
  const { maxUpstreamCalls } = context;
  // Most operations are too small for a closer look.
  return estimate.upperBound() <= maxUpstreamCalls ? null : checkCallBudget(estimate.total(), maxUpstreamCalls);
}

function parse(
  { rule, readArguments }: SelectedField,
  variables: VariableValues,
  context: OperationContext,
  faults: InputFault[],
): { readonly asked: unknown; readonly error: Error | null } {
  const scope = rule?.scope ?? null;
  const error = scope === null ? null : checkScope(context.access, scope);
  if (error !== null || rule === null || rule.prepare === null) return { asked: null, error };
  try {
    return { asked: rule.prepare(readArguments(variables), context, faults), error: null };
  } catch (thrown) {
    // Its executor finds the same, and says it in the same words.
    if (thrown instanceof GraphQLError) faults.push({ argumentPath: [], message: thrown.message });
    else if (!(thrown instanceof ReportError)) throw thrown;
    return { asked: null, error: thrown };
  }
}
