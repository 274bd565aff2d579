import {
  defaultFieldResolver,
  getNullableType,
  isListType,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { OperationContext } from '../../src/context.ts';
import { ReportError } from '../../src/domain/errors.ts';

/** Enough for 100,000 devices with all their usage. */
const MAX_RESPONSE_BYTES = 32 * 2 ** 20;
type Field = ReturnType<GraphQLObjectType['getFields']>[string];
type Resolver = GraphQLFieldResolver<unknown, OperationContext>;

/**
 * Makes a list fail with ANSWER_TOO_LARGE, before its rows are resolved, if all lists of the response together would exceed 32 MiB:
 * aliases can turn 10,000 devices into 100 MB. Changes the schema, and returns it.
 */
export function withBoundedResponses(schema: GraphQLSchema): GraphQLSchema {
  const bound = (field: Field): void => {
    const resolve: Resolver = field.resolve ?? defaultFieldResolver;
    const counting: Resolver = (source, args, context, info) => {
      const list: unknown = resolve(source, args, context, info);
      return list instanceof Promise
        ? list.then((rows: unknown) => count(rows, context, info))
        : count(list, context, info);
    };
    field.resolve = counting;
  };

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) if (isListType(getNullableType(field.type))) bound(field);
  }
  return schema;
}

function count(
  list: unknown,
  { responseSize, prepared: { rowBytes } }: OperationContext,
  info: GraphQLResolveInfo,
): unknown {
  if (!Array.isArray(list)) return list;
  const root: unknown = info.rootValue;
  const perRow = info.fieldNodes.reduce((most, node) => Math.max(most, rowBytes.get(node) ?? 0), 0);
  const bytes = (responseSize.root === root ? responseSize.bytes : 0) + list.length * perRow;
  if (bytes > MAX_RESPONSE_BYTES) throw toTooLarge();
  responseSize.root = root;
  responseSize.bytes = bytes;
  return list;
}

function toTooLarge(): ReportError {
  const message =
    `All lists of this response together would exceed ${MAX_RESPONSE_BYTES / 2 ** 20} MiB, so this one is left out. ` +
    'Ask for fewer rows or fields at once.';
  return new ReportError('ANSWER_TOO_LARGE', message);
}
