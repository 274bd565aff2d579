import { isObjectType, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { OperationContext } from '../../src/context.ts';
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
      field.resolve = withAsked(resolve);
      if (subscribe !== undefined) field.subscribe = withAsked(subscribe);
    }
  }
  return schema;
}

function withAsked(resolve: Resolver): Resolver {
  return (source, _, context, info) => resolve(source, takeAsked(context, info), context, info);
}

/** Returns what `prepare` of the field returned; throws why the field may not run. */
function takeAsked({ prepared: { fields } }: OperationContext, { fieldNodes, fieldName }: GraphQLResolveInfo): object {
  for (const node of fieldNodes) {
    const found = fields.get(node);
    if (found === undefined) continue;
    if (found.error !== null) throw found.error;
    return found.asked as object;
  }
  throw new Error(`the field ${fieldName} was not checked before the operation ran`);
}
