import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { findRule, type FieldRule } from '../../../schema/rules/field-rule.ts';
import { createReadArguments, type ReadArguments } from './argument-reader.ts';
import type { VariableValues } from './variables.ts';

/** A field of an operation that has a rule, or that leads to one that has. */
export interface SelectedField {
  /** Name of the field in the response. */
  readonly key: string;
  /** Position of the field in the operation. */
  readonly path: string;
  readonly rule: FieldRule | null;
  /** Whether the object that has the field becomes null if the field fails. */
  readonly isNonNull: boolean;
  /** Returns a node that selects the field with these variables; null if none does. */
  readonly findIncluded: (variables: VariableValues) => FieldNode | null;
  readonly readArguments: ReadArguments;
  /** Whether a field of that name is selected directly below it. */
  readonly selects: (name: string, variables: VariableValues) => boolean;
  readonly below: readonly SelectedField[];
}

/** What a walk over the selection of an operation finds. */
export interface Selection {
  readonly fields: readonly SelectedField[];
  /** The estimated bytes of one row of each list, by the nodes that select it. */
  readonly rowBytes: ReadonlyMap<object, number>;
  /** Number of fields, with fragments spread and for each type that a fragment can apply to. */
  readonly size: number;
  /** The lengths of the paths of all these fields, added up: a long alias is in the path of each field below it. */
  readonly pathLength: number;
}

/** Whether a selection is included, given the variables with their defaults. */
type IsIncluded = (variables: VariableValues) => boolean;

interface Selected {
  readonly node: FieldNode;
  readonly conditions: readonly IsIncluded[];
}

interface ConditionedSet {
  readonly selectionSet: SelectionSetNode;
  readonly conditions: readonly IsIncluded[];
}

/** A number, an IMEI or a time, with quotes, colon and comma. */
const BYTES_PER_VALUE = 24;

/** Walks the selection of a valid operation once, with its fragments spread. */
export function selectFields(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  rootType: GraphQLObjectType,
  root: SelectionSetNode,
): Selection {
  const rowBytes = new Map<object, number>();
  let size = 0;
  let pathLength = 0;

  const walk = (
    sets: readonly ConditionedSet[],
    type: GraphQLNamedType,
    path: string,
  ): { readonly fields: SelectedField[]; readonly bytes: number; readonly selects: SelectedField['selects'] } => {
    if (isAbstractType(type)) {
      const each = schema.getPossibleTypes(type).map((possible) => walk(sets, possible, `${path}/${possible.name}`));
      return {
        fields: each.flatMap(({ fields }) => fields),
        bytes: Math.max(0, ...each.map(({ bytes }) => bytes)),
        selects: (name, variables) => each.some(({ selects }) => selects(name, variables)),
      };
    }
    const fields: SelectedField[] = [];
    let bytes = 0;
    if (!isObjectType(type)) return { fields, bytes, selects: () => false };
    const collected = collect(sets, type, schema, fragments);
    for (const [key, selected] of collected) {
      bytes += key.length + BYTES_PER_VALUE;
      const fieldPath = `${path}/${key}`;
      size += 1;
      pathLength += fieldPath.length;
      const [first] = selected;
      const field = first === undefined ? undefined : type.getFields()[first.node.name.value];
      if (first === undefined || field === undefined) continue;
      const setsBelow = selected.flatMap(({ node: { selectionSet }, conditions }) =>
        selectionSet === undefined ? [] : [{ selectionSet, conditions }],
      );
      const below = walk(setsBelow, getNamedType(field.type), fieldPath);
      bytes += below.bytes;
      if (isListType(getNullableType(field.type))) {
        for (const { node } of selected) {
          rowBytes.set(node, Math.max(rowBytes.get(node) ?? 0, BYTES_PER_VALUE + below.bytes));
        }
      }
      const rule = findRule(field.extensions);
      if (rule === null && below.fields.length === 0) continue;
      const readArguments = createReadArguments(field, first.node);
      fields.push({
        key,
        path: fieldPath,
        rule,
        isNonNull: isNonNullType(field.type),
        findIncluded: createFinder(selected),
        readArguments,
        selects: below.selects,
        below: below.fields,
      });
    }
    return { fields, bytes, selects: createSelects(collected) };
  };

  const { fields } = walk([{ selectionSet: root, conditions: [] }], rootType, '');
  return { fields, rowBytes, size, pathLength };
}

/** The fields that selection sets select on an object type, by response key, with fragments spread. */
function collect(
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

function createSelects(collected: ReadonlyMap<string, readonly Selected[]>): SelectedField['selects'] {
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

function createFinder(selected: readonly Selected[]): SelectedField['findIncluded'] {
  const always = selected.find(({ conditions }) => conditions.length === 0);
  if (always !== undefined) return () => always.node;
  return (variables) => selected.find(({ conditions }) => isIncludedBy(conditions, variables))?.node ?? null;
}
