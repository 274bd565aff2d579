import { getOperationAST, getVariableValues, type GraphQLSchema } from 'graphql';
import type { KnownOperation, Variables } from './operation-cache.ts';

const MOST_FAULTS_TOLD = 50;

/** The variables with their defaults, as graphql-js reads them for an operation; or what does not fit, the first fifty of more. */
export function toVariableValues(
  schema: GraphQLSchema,
  { document, operationName }: Pick<KnownOperation, 'document' | 'operationName'>,
  variables: Variables,
): ReturnType<typeof getVariableValues> {
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  return getVariableValues(schema, variableDefinitions, variables, { maxErrors: MOST_FAULTS_TOLD });
}
