import {
  getNamedType,
  getOperationAST,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { isObject } from '../../domain/json.ts';
import { collectFields, type ConditionedSet } from './collect-fields.ts';
import type { PreparedOperation } from './prepared-operation.ts';

type Path = readonly (string | number)[];

/**
 * Returns the errors of a result with one for each null that stands for a non-null field: of the field that failed first (GraphQL, section
 * 6.4.4). graphql-js drops the errors of some of the fields beside it, and graphql-jit of none.
 */
export function withoutErrorsBesides(
  { data, errors }: ExecutionResult,
  operation: Pick<PreparedOperation, 'schema' | 'document' | 'operationName' | 'kind'>,
): readonly GraphQLError[] | undefined {
  if (errors === undefined || errors.length < 2 || data === undefined) return errors;
  let isNonNull: IsNonNull | null = null;
  /** By the position of a null that an error is below. */
  const causes = new Map<string, { readonly error: GraphQLError; readonly isCertain: boolean }>();
  const positions = errors.map((error) => {
    const { path = [] } = error;
    const depth = findNull(data, path);
    if (depth === path.length) return null;
    isNonNull ??= createIsNonNull(operation);
    const position = JSON.stringify(path.slice(0, depth));
    if (causes.get(position)?.isCertain !== true) {
      const isCertain = isNonNull(path, depth);
      if (isCertain || !causes.has(position)) causes.set(position, { error, isCertain });
    }
    return position;
  });
  return errors.filter((error, at) => {
    const position = positions[at] ?? null;
    return position === null || causes.get(position)?.error === error;
  });
}

/** The length of the part of a path that leads to the first null in the data; the length of the path if there is none on the way. */
function findNull(data: unknown, path: Path): number {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null) return depth;
    value = Array.isArray(value) ? (value[Number(key)] as unknown) : isObject(value) ? value[key] : undefined;
  }
  return path.length;
}

/** Whether all values on a path that are more than `depth` deep are of types that are not nullable. */
type IsNonNull = (path: Path, depth: number) => boolean;

function createIsNonNull({
  schema,
  document,
  operationName,
  kind,
}: Parameters<typeof withoutErrorsBesides>[1]): IsNonNull {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const root = getOperationAST(document, operationName)?.selectionSet;
  const known = new Map<string, boolean>();

  const check = (path: Path, depth: number): boolean => {
    let type: GraphQLNamedType | null | undefined = schema.getRootType(kind);
    let sets: readonly ConditionedSet[] = root === undefined ? [] : [{ selectionSet: root, conditions: [] }];
    let output: GraphQLOutputType | null = null;
    for (const [at, key] of path.entries()) {
      if (typeof key === 'number') output = toItem(output);
      else {
        const found = findField(type, key, sets, schema, fragments);
        if (found === null) return false;
        [output, sets] = [found.type, found.below];
        type = getNamedType(output);
      }
      if (at >= depth && !isNonNullType(output)) return false;
    }
    return true;
  };
  return (path, depth) => {
    const key = JSON.stringify([depth, path.map((each) => (typeof each === 'number' ? 0 : each))]);
    const result = known.get(key) ?? check(path, depth);
    known.set(key, result);
    return result;
  };
}

function toItem(output: GraphQLOutputType | null): GraphQLOutputType | null {
  const list = isNonNullType(output) ? output.ofType : output;
  return isListType(list) ? list.ofType : null;
}

interface FoundField {
  readonly type: GraphQLOutputType;
  readonly below: readonly ConditionedSet[];
}

/** The field of that name in the response; null if the type has none, or is not known. */
function findField(
  type: GraphQLNamedType | null | undefined,
  key: string,
  sets: readonly ConditionedSet[],
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FoundField | null {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  for (const object of possible) {
    const selected = collectFields(sets, object, schema, fragments).get(key) ?? [];
    const field = object.getFields()[selected[0]?.node.name.value ?? ''];
    const below = selected.flatMap(({ node: { selectionSet } }) =>
      selectionSet === undefined ? [] : [{ selectionSet, conditions: [] }],
    );
    if (field !== undefined) return { type: field.type, below };
  }
  return null;
}
