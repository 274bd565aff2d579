import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** The size of an operation with its fragments spread. A number is Infinity if it is too large to count. */
export interface DocumentMeasure {
  readonly depth: number;
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
}

const NOTHING: DocumentMeasure = { depth: 0, fields: 0, rootFields: 0, aliases: 0, directives: 0 };

/**
 * Measures every operation of a document, which need not be valid. Each definition is visited once, however often it is spread,
 * so that a document that expands to billions of fields takes no longer than its text. A fragment that contains itself is counted
 * once; validation rejects it.
 */
export function measureOperations(document: DocumentNode): DocumentMeasure[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const spread = new Map<string, DocumentMeasure>();

  const measureFragment = (name: string): DocumentMeasure => {
    const known = spread.get(name);
    const fragment = fragments.get(name);
    if (known !== undefined || fragment === undefined) return known ?? NOTHING;
    spread.set(name, NOTHING);
    const measure = withDirectives(measureSet(fragment.selectionSet), fragment);
    spread.set(name, measure);
    return measure;
  };
  const measureSet = ({ selections }: SelectionSetNode): DocumentMeasure => {
    const sum = { ...NOTHING };
    for (const selection of selections) {
      const { depth, fields, rootFields, aliases, directives } = withDirectives(measureOne(selection), selection);
      sum.depth = Math.max(sum.depth, depth);
      sum.fields += fields;
      sum.rootFields += rootFields;
      sum.aliases += aliases;
      sum.directives += directives;
    }
    return sum;
  };
  const measureOne = (node: SelectionNode): DocumentMeasure => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return measureFragment(node.name.value);
    if (node.kind === Kind.INLINE_FRAGMENT) return measureSet(node.selectionSet);
    const below = node.selectionSet === undefined ? NOTHING : measureSet(node.selectionSet);
    const levels = (node.arguments ?? []).map(({ value }) => countLevels(value));
    return {
      depth: Math.max(below.depth, ...levels) + 1,
      fields: below.fields + 1,
      rootFields: 1,
      aliases: below.aliases + toAliases(node.alias?.value ?? ''),
      directives: below.directives,
    };
  };

  return operations.map((operation) => {
    const measure = withDirectives(measureSet(operation.selectionSet), operation);
    return (operation.variableDefinitions ?? []).reduce(withDirectives, measure);
  });
}

const CHARACTERS_PER_ALIAS = 50;

/** A long alias counts as several, because it is in each row of a response and in each of its errors. */
function toAliases({ length }: string): number {
  return Math.ceil(length / CHARACTERS_PER_ALIAS);
}

function withDirectives(
  measure: DocumentMeasure,
  { directives = [] }: { readonly directives?: readonly unknown[] | undefined },
): DocumentMeasure {
  return directives.length === 0 ? measure : { ...measure, directives: measure.directives + directives.length };
}

function countLevels(value: ValueNode): number {
  if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return 0;
  const inside = value.kind === Kind.LIST ? value.values : value.fields.map((field) => field.value);
  let levels = 0;
  for (const each of inside) levels = Math.max(levels, countLevels(each));
  return levels + 1;
}
