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

/** Values by the name of the variable. */
export type Variables = Readonly<Record<string, unknown>>;

/** Whether a selection is included, given the variables with their defaults. */
export type IsIncluded = (variables: Variables) => boolean;

/** One selection of a field, and the conditions that it depends on. */
export interface Selected {
  readonly node: FieldNode;
  readonly conditions: readonly IsIncluded[];
}

/** A selection set, and the conditions that it depends on. */
export interface ConditionedSet {
  readonly selectionSet: SelectionSetNode;
  readonly conditions: readonly IsIncluded[];
}

/** What the names in a selection refer to. */
export interface Definitions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** The fields that selection sets select on an object type, by response key, with fragments spread. */
export function toFieldsByKey(
  sets: readonly ConditionedSet[],
  type: GraphQLObjectType,
  { schema, fragments }: Definitions,
): ReadonlyMap<string, readonly Selected[]> {
  const byKey = new Map<string, Selected[]>();

  const applies = (typeName: string | undefined): boolean => {
    if (typeName === undefined || typeName === type.name) return true;
    const condition = schema.getType(typeName);
    return isAbstractType(condition) && schema.isSubType(condition, type);
  };
  const collect = ({ selectionSet, conditions: before }: ConditionedSet): void => {
    for (const node of selectionSet.selections) {
      const conditions = [...before, ...toConditions(node)];
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const selected = byKey.get(key);
        if (selected === undefined) byKey.set(key, [{ node, conditions }]);
        else selected.push({ node, conditions });
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (fragment === undefined || !applies(fragment.typeCondition?.name.value)) continue;
      collect({ selectionSet: fragment.selectionSet, conditions });
    }
  };

  for (const set of sets) collect(set);
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
