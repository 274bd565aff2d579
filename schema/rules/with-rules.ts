import {
  isNonNullType,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { OperationContext, PreparedField } from '../../src/context.ts';
import { toErrorOrNull } from '../../src/domain/error-limit.ts';
import { findRule } from './field-rule.ts';

type Resolver = GraphQLFieldResolver<unknown, OperationContext>;

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/**
 * Makes each field with a rule do what the check before the run decided: fail, or resolve with what was prepared instead of its
 * arguments. Changes the schema, and returns it. Throws if a root field has no rule, because it would be open to everyone.
 */
export function withRules(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (findRule(field.extensions) === null) {
        if (ROOTS.includes(type.name))
          throw new Error(`${type.name}.${field.name} has no rule, so it requires no scope`);
        continue;
      }
      const { resolve, subscribe } = field;
      if (resolve === undefined) throw new Error(`${type.name}.${field.name} has no resolver`);
      field.resolve = withAsked(resolve, !isNonNullType(field.type));
      if (subscribe !== undefined) field.subscribe = withAsked(subscribe, false);
    }
  }
  return schema;
}

/** Ten thousand devices can have a field that may not run: if it is nullable, only the first errors are made. */
function withAsked(resolve: Resolver, isNullable: boolean): Resolver {
  return (source, _, context, info) => {
    const { asked, error } = findPrepared(context, info);
    if (error === null) return resolve(source, asked, context, info);
    if (isNullable && toErrorOrNull(context.errorCount, () => error) === null) return null;
    throw error;
  };
}

/** Returns what the check before the run found out about the field. */
function findPrepared(
  { prepared: { fields } }: OperationContext,
  { fieldNodes, fieldName }: GraphQLResolveInfo,
): PreparedField {
  for (const node of fieldNodes) {
    const found = fields.get(node);
    if (found !== undefined) return found;
  }
  throw new Error(`the field ${fieldName} was not checked before the operation ran`);
}
