import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isObjectType,
  Kind,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { OperationContext } from '../../src/context.ts';
import { rejectFaults, type ArgumentPath, type InputFault } from '../../src/domain/errors.ts';

/** The extension `check` of a field: returns the faults of its arguments. */
export interface ArgumentCheck {
  readonly check: (args: Readonly<Record<string, unknown>>, context: OperationContext) => InputFault[];
}

/**
 * Checks the arguments of all fields below a field that is about to fetch, so that a bad argument costs no upstream call.
 * Throws BAD_USER_INPUT with every fault; its path starts with the names of the fields in between.
 */
export function checkArgumentsBelow(info: GraphQLResolveInfo, context: OperationContext): void {
  const type = getNamedType(info.returnType);
  const faults: InputFault[] = [];
  for (const node of info.fieldNodes) addFaults(faults, node.selectionSet, type, [], info, context);
  rejectFaults(faults);
}

function addFaults(
  faults: InputFault[],
  selectionSet: SelectionSetNode | undefined,
  type: GraphQLNamedType,
  path: ArgumentPath,
  info: GraphQLResolveInfo,
  context: OperationContext,
): void {
  if (selectionSet === undefined || !isObjectType(type)) return;
  for (const node of selectionSet.selections) {
    if (!isIncluded(node, info)) continue;
    if (node.kind === Kind.INLINE_FRAGMENT) {
      addFaults(faults, node.selectionSet, type, path, info, context);
      continue;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      addFaults(faults, info.fragments[node.name.value]?.selectionSet, type, path, info, context);
      continue;
    }
    const field = type.getFields()[node.name.value];
    const checked = field !== undefined && hasCheck(field.extensions) ? field.extensions : null;
    if (field === undefined || (checked === null && node.selectionSet === undefined)) continue;
    const fieldPath = [...path, (node.alias ?? node.name).value];
    if (checked !== null) {
      for (const { argumentPath, message } of checked.check(
        getArgumentValues(field, node, info.variableValues),
        context,
      )) {
        faults.push({ argumentPath: [...fieldPath, ...argumentPath], message });
      }
    }
    addFaults(faults, node.selectionSet, getNamedType(field.type), fieldPath, info, context);
  }
}

function isIncluded(node: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variableValues);
  return skip?.['if'] !== true && include?.['if'] !== false;
}

function hasCheck(extensions: object): extensions is ArgumentCheck {
  return 'check' in extensions && typeof extensions.check === 'function';
}
