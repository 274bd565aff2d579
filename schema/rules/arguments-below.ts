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

/** What is wrong with a field's arguments; a field carries it as an extension of this name. */
export interface JudgedArguments {
  readonly findFaults: (args: Readonly<Record<string, unknown>>, context: OperationContext) => InputFault[];
}

/**
 * Judges the arguments of every field below one that is about to fetch something, so that a bad one costs no upstream call.
 * Throws BAD_USER_INPUT with every fault, its path beginning with the names of the fields between.
 */
export function rejectFaultsBelow(info: GraphQLResolveInfo, context: OperationContext): void {
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
    const judged = field !== undefined && isJudged(field.extensions) ? field.extensions : null;
    if (field === undefined || (judged === null && node.selectionSet === undefined)) continue;
    const fieldPath = [...path, (node.alias ?? node.name).value];
    if (judged !== null) {
      for (const { argumentPath, message } of judged.findFaults(
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

function isJudged(extensions: object): extensions is JudgedArguments {
  return 'findFaults' in extensions && typeof extensions.findFaults === 'function';
}
