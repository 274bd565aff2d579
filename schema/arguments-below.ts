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
import type { OperationContext } from '../src/context.ts';
import { rejectFaults, type ArgumentPath, type InputFault } from '../src/domain/errors.ts';

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
  rejectFaults(info.fieldNodes.flatMap((node) => findFaults(node.selectionSet, type, [], info, context)));
}

function findFaults(
  selectionSet: SelectionSetNode | undefined,
  type: GraphQLNamedType,
  path: ArgumentPath,
  info: GraphQLResolveInfo,
  context: OperationContext,
): InputFault[] {
  if (selectionSet === undefined || !isObjectType(type)) return [];
  return selectionSet.selections.flatMap((node) => {
    if (!isIncluded(node, info)) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) return findFaults(node.selectionSet, type, path, info, context);
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      return findFaults(info.fragments[node.name.value]?.selectionSet, type, path, info, context);
    }
    const field = type.getFields()[node.name.value];
    if (field === undefined) return [];
    const fieldPath = [...path, (node.alias ?? node.name).value];
    const faults = isJudged(field.extensions)
      ? field.extensions.findFaults(getArgumentValues(field, node, info.variableValues), context)
      : [];
    return [
      ...faults.map(({ argumentPath, message }) => ({ argumentPath: [...fieldPath, ...argumentPath], message })),
      ...findFaults(node.selectionSet, getNamedType(field.type), fieldPath, info, context),
    ];
  });
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
