import { readdir, readFile } from 'node:fs/promises';
import {
  Kind,
  OperationTypeNode,
  parse,
  typeFromAST,
  isInputType,
  valueFromASTUntyped,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { toObjectSchema, type ObjectSchema, type Parameter } from './parameter-schema.ts';

/** A query that a client may run by its name. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  /** The text of its document, as it is sent to /graphql, too. */
  readonly text: string;
}

const FOLDER = new URL('../../../schema/operations/', import.meta.url);
const PRICE = 'The tool Plan says how many upstream calls this costs at most, and makes none.';

/** Reads the queries of `schema/operations`. Mutations and subscriptions are no tools: these only read. */
export async function readTools(schema: GraphQLSchema): Promise<Tool[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.graphql')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, FOLDER), 'utf8')));
  return texts.flatMap((text) => {
    const operations = parse(text).definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations;
    const isRead = operations.length === 1 && operation?.operation === OperationTypeNode.QUERY;
    return isRead ? [toTool(schema, operation, text)] : [];
  });
}

function toTool(schema: GraphQLSchema, operation: OperationDefinitionNode, text: string): Tool {
  if (operation.name === undefined) throw new Error('an operation of schema/operations has no name');
  return {
    name: operation.name.value,
    description: `${toComment(text)} ${PRICE}`,
    inputSchema: toObjectSchema(
      (operation.variableDefinitions ?? []).map((definition) => toParameter(schema, definition)),
    ),
    text,
  };
}

/** The comment before an operation says what it is for. */
function toComment(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => line.slice(1).trim())
    .join(' ');
}

type VariableDefinition = NonNullable<OperationDefinitionNode['variableDefinitions']>[number];

function toParameter(schema: GraphQLSchema, { variable, type: node, defaultValue }: VariableDefinition): Parameter {
  const type = typeFromAST(schema, node);
  if (!isInputType(type)) throw new Error(`the variable ${variable.name.value} has an unknown type`);
  return {
    name: variable.name.value,
    type,
    ...(defaultValue === undefined ? {} : { defaultValue: valueFromASTUntyped(defaultValue) }),
  };
}
