import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import {
  collectFields,
  createFindIncluded,
  createSelects,
  type ConditionedSet,
  type Selected,
} from './collect-fields.ts';
import { findRule, type FieldRule } from '../../../schema/rules/field-rule.ts';
import type { RowSize } from '../../context.ts';
import { createReadArguments, type ReadArguments } from './argument-reader.ts';
import {
  toFieldSize,
  toLargest,
  toMaxBytes,
  toObjectSize,
  toRowSize,
  toValueSize,
  type SelectionSize,
} from './selection-size.ts';
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
  /** The size of one row of each list, by the nodes that select it. */
  readonly rowSizes: ReadonlyMap<object, RowSize>;
  /** The bytes of the response if every list is empty, at most. */
  readonly bytesWithoutLists: number;
  /** Number of fields, with fragments spread and for each type that a fragment can apply to. */
  readonly size: number;
  /** The lengths of the paths of all these fields, added up: a long alias is in the path of each field below it. */
  readonly pathLength: number;
}

/** What is around the data, and the cost in its extensions. */
const BYTES_AROUND_DATA = 500;

/** Walks the selection of a valid operation once, with its fragments spread. */
export function selectFields(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  rootType: GraphQLObjectType,
  root: SelectionSetNode,
): Selection {
  const rowSizes = new Map<object, SelectionSize>();
  let size = 0;
  let pathLength = 0;

  const walk = (
    sets: readonly ConditionedSet[],
    type: GraphQLNamedType,
    path: string,
  ): {
    readonly fields: SelectedField[];
    readonly value: SelectionSize;
    readonly selects: SelectedField['selects'];
  } => {
    if (isAbstractType(type)) {
      const each = schema.getPossibleTypes(type).map((possible) => walk(sets, possible, `${path}/${possible.name}`));
      return {
        fields: each.flatMap(({ fields }) => fields),
        value: toLargest(each.map(({ value }) => value)),
        selects: (name, variables) => each.some(({ selects }) => selects(name, variables)),
      };
    }
    const fields: SelectedField[] = [];
    const sizes: SelectionSize[] = [];
    if (!isObjectType(type)) return { fields, value: toObjectSize(sizes), selects: () => false };
    const collected = collectFields(sets, type, schema, fragments);
    for (const [key, selected] of collected) {
      const fieldPath = `${path}/${key}`;
      size += 1;
      pathLength += fieldPath.length;
      const [first] = selected;
      const field = first === undefined ? undefined : findField(type, first.node.name.value);
      if (first === undefined || field === undefined) continue;
      const setsBelow = selected.flatMap(({ node: { selectionSet }, conditions }) =>
        selectionSet === undefined ? [] : [{ selectionSet, conditions }],
      );
      const below = walk(setsBelow, getNamedType(field.type), fieldPath);
      const own = toValueSize(field, type, below.value);
      sizes.push(toFieldSize(field, key, own));
      if (isListType(getNullableType(field.type))) addRowSize(rowSizes, selected, toRowSize(field, own));
      const rule = findRule(field.extensions);
      if (rule === null && below.fields.length === 0) continue;
      const readArguments = createReadArguments(field, first.node);
      fields.push({
        key,
        path: fieldPath,
        rule,
        isNonNull: isNonNullType(field.type),
        findIncluded: createFindIncluded(selected),
        readArguments,
        selects: below.selects,
        below: below.fields,
      });
    }
    return { fields, value: toObjectSize(sizes), selects: createSelects(collected) };
  };

  const { fields, value } = walk([{ selectionSet: root, conditions: [] }], rootType, '');
  return { fields, rowSizes, bytesWithoutLists: BYTES_AROUND_DATA + toMaxBytes(value), size, pathLength };
}

const META_FIELDS = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

function findField(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
  return type.getFields()[name] ?? META_FIELDS.get(name);
}

/** A node in a fragment selects the list in each place where the fragment is spread, together with other nodes. */
function addRowSize(sizes: Map<object, SelectionSize>, selected: readonly Selected[], row: SelectionSize): void {
  for (const { node } of selected) {
    const known = sizes.get(node);
    const isSame = known === undefined || (known.bytes === row.bytes && known.maxTextBytes === row.maxTextBytes);
    sizes.set(node, isSame ? row : toLargest([known, row]));
  }
}
