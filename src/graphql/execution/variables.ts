import {
  coerceInputValue,
  getVariableValues,
  GraphQLScalarType,
  isInputType,
  Kind,
  typeFromAST,
  valueFromAST,
  visit,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** Values by the name of the variable, as a caller sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** Coerced values, defaults included, by the names that the variables have in an executable document. Has no prototype. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** Coerces the variables of one operation; returns the errors instead if they do not match their types. */
export type ReadVariables = (
  sent: Variables,
) => { readonly values: VariableValues } | { readonly errors: readonly GraphQLError[] };

const MAX_REPORTED_FAULTS = 50;

/** The type of every variable in an executable document: its values have been coerced already. */
const COERCED = new GraphQLScalarType({ name: '__Coerced' });

/**
 * Returns the document with variables whose values are taken as they are, under safe names ($v0, $v1), so that whatever executes it
 * works with the very values that were checked, and a variable may be called `__proto__`. Use it with `toExecutableSchema`.
 */
export function toExecutable(document: DocumentNode): { document: DocumentNode; toName: (variable: string) => string } {
  const names = new Map<string, string>();
  const toName = (variable: string): string => {
    const name = names.get(variable) ?? `v${names.size}`;
    names.set(variable, name);
    return name;
  };
  const executable = visit(document, {
    Variable: (node) => ({ ...node, name: { ...node.name, value: toName(node.name.value) } }),
    VariableDefinition: {
      leave: (node) => ({
        kind: node.kind,
        variable: node.variable,
        type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } },
        ...(node.loc === undefined ? {} : { loc: node.loc }),
      }),
    },
  });
  return { document: executable, toName };
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
  toName: (variable: string) => string,
): ReadVariables {
  const names = definitions.map(({ variable }) => [variable.name.value, toName(variable.name.value)] as const);
  const proto = definitions.find(({ variable }) => variable.name.value === '__proto__');
  if (definitions.length === 0) return () => ({ values: createValues() });
  return (sent) => {
    const { errors, coerced } = getVariableValues(schema, definitions, sent, { maxErrors: MAX_REPORTED_FAULTS });
    if (errors !== undefined) return { errors };
    const values = createValues();
    for (const [name, safeName] of names) if (Object.hasOwn(coerced, name)) values[safeName] = coerced[name];
    if (proto !== undefined) readProto(schema, proto, sent, (value) => (values[toName('__proto__')] = value));
    return { values };
  };
}

function createValues(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

/** Reads the variable `__proto__`, which graphql-js checks but loses: it assigns to that name in an ordinary object. */
function readProto(
  schema: GraphQLSchema,
  { type: typeNode, defaultValue }: VariableDefinitionNode,
  sent: Variables,
  set: (value: unknown) => void,
): void {
  // typeFromAST has an overload for each kind of node, and none for all.
  const type =
    typeNode.kind === Kind.NAMED_TYPE ? typeFromAST(schema, typeNode) : typeFromAST(schema, typeNode as never);
  if (!isInputType(type)) return;
  if (Object.hasOwn(sent, '__proto__')) set(coerceInputValue(sent['__proto__'], type));
  else if (defaultValue !== undefined) set(valueFromAST(defaultValue, type));
}
