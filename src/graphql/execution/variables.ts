import {
  getVariableValues,
  GraphQLScalarType,
  isInputType,
  isNonNullType,
  Kind,
  typeFromAST,
  valueFromAST,
  visit,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { withoutStacks } from '../../domain/errors.ts';
import { cutMessage } from '../limits/cut-message.ts';
import { createCoerceInput, MISMATCH } from './coerce-input.ts';

/** Values by the name of the variable, as a caller sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** Coerced values, defaults included, by the names that the variables have in an executable document. Has no prototype. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** Coerces the variables of one operation; returns the errors instead if they do not match their types. */
export type ReadVariables = (
  sent: Variables,
) => { readonly values: VariableValues } | { readonly errors: readonly GraphQLError[] };

const MAX_REPORTED_FAULTS = 50;
const MAX_DESCRIBED_CHARACTERS = 1_500_000;

/** The type of every variable in an executable document: its values have been coerced already. */
const COERCED = new GraphQLScalarType({ name: '__Coerced' });

/**
 * Returns the document with variables whose values are taken as they are, so that whatever executes it works with the very values that
 * were checked. A variable may be called `__proto__` or `toString`: it gets another name there. Use it with `toExecutableSchema`.
 */
export function toExecutable(document: DocumentNode): DocumentNode {
  return visit(document, {
    Variable: (node) => ({ ...node, name: { ...node.name, value: toSafeName(node.name.value) } }),
    VariableDefinition: {
      leave: (node) => ({
        kind: node.kind,
        variable: node.variable,
        type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } },
        ...(node.loc === undefined ? {} : { loc: node.loc }),
      }),
    },
  });
}

const PREFIX = 'safe_';

/** No two variables get the same name. */
function toSafeName(variable: string): string {
  return variable in Object.prototype || variable.startsWith(PREFIX) ? `${PREFIX}${variable}` : variable;
}

/** The same schema for executable documents. Its extra scalar is found by name, but introspection does not list it. */
export function toExecutableSchema(schema: GraphQLSchema): GraphQLSchema {
  const getType: GraphQLSchema['getType'] = (name) => (name === COERCED.name ? COERCED : schema.getType(name));
  return Object.create(schema, { getType: { value: getType } }) as GraphQLSchema;
}

/** Creates the reader of an operation's variables. It works as graphql-js does, and reports at most 50 faults. */
export function createReadVariables(
  schema: GraphQLSchema,
  { variableDefinitions: definitions = [] }: OperationDefinitionNode,
): ReadVariables {
  const readers = definitions.map((definition) => createReader(schema, definition));
  return (sent) => {
    // Without a prototype, so that nothing is found that was not sent.
    const values = Object.create(null) as Record<string, unknown>;
    for (const read of readers) {
      if (read(sent, values)) continue;
      return { errors: describeFaults(schema, definitions, sent) };
    }
    return { values };
  };
}

/**
 * Returns the errors of graphql-js. Each repeats the value that it is about, so there are fewer of them the larger the variables are, and
 * long values are cut.
 */
function describeFaults(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  sent: Variables,
): readonly GraphQLError[] {
  const most = Math.ceil(MAX_DESCRIBED_CHARACTERS / countCharacters(sent));
  const maxErrors = Math.min(MAX_REPORTED_FAULTS, Math.max(1, most));
  const { errors = [] } = withoutStacks(() =>
    getVariableValues(schema, definitions, cutLongNames(sent), { maxErrors }),
  );
  return errors.map((error) => Object.assign(error, { message: cutMessage(error.message) }));
}

/** No field has a longer name, and no message repeats more of one. graphql-js compares each with all names of fields. */
const MAX_NAME_CHARACTERS = 300;

/** Cuts the names of fields, not the values. Values that are too deeply nested stay as they are. */
function cutLongNames(sent: Variables): Variables {
  const cut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(cut);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name.slice(0, MAX_NAME_CHARACTERS), cut(each)]),
    );
  };
  try {
    return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, cut(value)]));
  } catch (error) {
    if (error instanceof RangeError) return sent;
    throw error;
  }
}

/** Infinity for values that are too deeply nested to be written. */
function countCharacters(sent: Variables): number {
  try {
    return JSON.stringify(sent).length;
  } catch {
    return Infinity;
  }
}

/** Reads one variable into the values; returns false if it does not match its type. */
type Reader = (sent: Variables, values: Record<string, unknown>) => boolean;

function createReader(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue }: VariableDefinitionNode,
): Reader {
  const sentName = variable.name.value;
  const name = toSafeName(sentName);
  // typeFromAST has an overload for each kind of node, and none for all.
  const type = typeFromAST(schema, typeNode as NamedTypeNode);
  if (!isInputType(type))
    throw new Error(`the variable $${sentName} has no input type, so its document was not validated`);
  const coerce = createCoerceInput(type);
  const fallback = defaultValue === undefined ? undefined : valueFromAST(defaultValue, type);
  return (sent, values) => {
    const value = Object.hasOwn(sent, sentName) ? sent[sentName] : undefined;
    if (value === undefined) {
      if (fallback !== undefined) values[name] = fallback;
      return fallback !== undefined || !isNonNullType(type);
    }
    values[name] = coerce(value);
    return values[name] !== MISMATCH;
  };
}
