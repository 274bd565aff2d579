import {
  getArgumentValues,
  isNonNullType,
  Kind,
  valueFromAST,
  visit,
  BREAK,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type ValueNode,
} from 'graphql';
import type { Arguments } from '../../../schema/rules/field-rule.ts';
import type { VariableValues } from './variables.ts';
import { once } from '../../domain/once.ts';

/** Coerces the arguments of a field. Throws GraphQLError if they do not match their types. */
export type ReadArguments = (variables: VariableValues) => Arguments;

/** Reads one argument into `args`; returns false if it does not match its type. */
type Reader = (variables: VariableValues, args: Record<string, unknown>) => boolean;

/** Creates the reader of a field's arguments. It works as graphql-js does, but looks at what is written in the document only once. */
export function createReadArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  const readers = field.args.map((arg) => {
    const written = node.arguments?.find(({ name }) => name.value === arg.name);
    return createReader(arg, written?.value);
  });
  return (variables) => {
    const args: Record<string, unknown> = {};
    // graphql-js knows how to say what is wrong.
    return readers.every((read) => read(variables, args)) ? args : getArgumentValues(field, node, variables);
  };
}

function createReader({ name, type, defaultValue }: GraphQLArgument, written: ValueNode | undefined): Reader {
  const setDefault = (args: Record<string, unknown>): boolean => {
    if (defaultValue !== undefined) args[name] = defaultValue;
    return defaultValue !== undefined || !isNonNullType(type);
  };
  if (written === undefined) return (_, args) => setDefault(args);
  if (written.kind === Kind.VARIABLE) {
    const variable = written.name.value;
    return (variables, args) => {
      const value = variables[variable];
      if (value === undefined) return setDefault(args);
      args[name] = value;
      return value !== null || !isNonNullType(type);
    };
  }
  const toValue = hasVariable(written)
    ? (variables: VariableValues): unknown => valueFromAST(written, type, variables)
    : once((): unknown => valueFromAST(written, type));
  return (variables, args) => {
    const value = toValue(variables);
    args[name] = value;
    return value !== undefined;
  };
}

function hasVariable(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
