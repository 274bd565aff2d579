import {
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { VariableValues } from './variables.ts';

/** Whether a selection is included, given the variables with their defaults. */
type IsIncluded = (variables: VariableValues) => boolean;

/** A node that selects a field, with all conditions on the way to it. */
export interface Selected {
  readonly node: FieldNode;
  readonly conditions: readonly IsIncluded[];
}

/** A selection set, with all conditions on the way to it. */
export interface ConditionedSet {
  readonly selectionSet: SelectionSetNode;
  readonly conditions: readonly IsIncluded[];
}

/** The fields that selection sets select on an object type, by response key, with fragments spread. */
export function collectFields(
  sets: readonly ConditionedSet[],
  type: GraphQLObjectType,
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlyMap<string, readonly Selected[]> {
  const byKey = new Map<string, Selected[]>();
  const applies = (typeName: string | undefined): boolean => {
    if (typeName === undefined || typeName === type.name) return true;
    const condition = schema.getType(typeName);
    return isAbstractType(condition) && schema.isSubType(condition, type);
  };
  const add = ({ selectionSet, conditions: before }: ConditionedSet): void => {
    for (const node of selectionSet.selections) {
      const own = toConditions(node);
      const conditions = own.length === 0 ? before : [...before, ...own];
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const selected = byKey.get(key);
        if (selected === undefined) byKey.set(key, [{ node, conditions }]);
        else selected.push({ node, conditions });
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (fragment === undefined || !applies(fragment.typeCondition?.name.value)) continue;
      add({ selectionSet: fragment.selectionSet, conditions });
    }
  };
  for (const set of sets) add(set);
  return byKey;
}

/** The conditions of @skip and @include. One that is neither a Boolean nor a variable is rejected before anything runs. */
function toConditions({ directives = [] }: SelectionNode): IsIncluded[] {
  return directives.flatMap(({ name, arguments: args = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return [];
    const wanted = name.value === 'include';
    const value = args.find((arg) => arg.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN) return [() => value.value === wanted];
    return value?.kind === Kind.VARIABLE ? [(variables) => variables[value.name.value] === wanted] : [];
  });
}

/** Creates the function that returns a node that selects the field with these variables; null if none does. */
export function createFindIncluded(selected: readonly Selected[]): (variables: VariableValues) => FieldNode | null {
  const always = selected.find(({ conditions }) => conditions.length === 0);
  if (always !== undefined) return () => always.node;
  return (variables) => selected.find(({ conditions }) => isIncludedBy(conditions, variables))?.node ?? null;
}

/** Creates the function that tells whether a field of that name is selected with these variables, under any response key. */
export function createSelects(
  collected: ReadonlyMap<string, readonly Selected[]>,
): (name: string, variables: VariableValues) => boolean {
  return (name, variables) => {
    for (const selected of collected.values()) {
      if (selected.some(({ node, conditions }) => node.name.value === name && isIncludedBy(conditions, variables)))
        return true;
    }
    return false;
  };
}

function isIncludedBy(conditions: readonly IsIncluded[], variables: VariableValues): boolean {
  return conditions.every((isIncluded) => isIncluded(variables));
}
