import {
  defaultFieldResolver,
  getNullableType,
  GraphQLError,
  isListType,
  isObjectType,
  responsePathAsArray,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { OperationContext, ResponseSize, RowText } from '../../src/context.ts';
import { withoutStacks } from '../../src/domain/errors.ts';
import { toListTooLarge } from '../../src/domain/response-limit.ts';
import type { RowLimits } from './value-size.ts';

type Field = ReturnType<GraphQLObjectType['getFields']>[string];
/** Tools, and other schemas of the process, introspect without this context. */
type Context = Partial<OperationContext> | null | undefined;
/** More than are sent, because all errors together have at most 64,000 bytes. */
const MAX_ERRORS = 200;

type Resolver = GraphQLFieldResolver<unknown, Context>;

/**
 * Makes a list that does not fit into the response fail with ANSWER_TOO_LARGE, before its rows are resolved. Otherwise aliases could turn
 * 10,000 devices into 100 MB. Changes the schema, and returns it. The types of introspection, which all schemas of the
 * process share, count only for operations of this server.
 */
export function withBoundedResponses(schema: GraphQLSchema): GraphQLSchema {
  const bound = (field: Field): void => {
    const resolve: Resolver = field.resolve ?? defaultFieldResolver;
    const { countRows } = field.extensions as RowLimits;
    const counting: Resolver = (source, args, context, info) => {
      if (countRows !== undefined) rejectTooMany(countRows(args), context, info);
      const list: unknown = resolve(source, args, context, info);
      return list instanceof Promise
        ? list.then((rows: unknown) => count(rows, context, info))
        : count(list, context, info);
    };
    field.resolve = counting;
  };

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!isListType(getNullableType(field.type)) || field.extensions['isCounted'] === true) continue;
      field.extensions = { ...field.extensions, isCounted: true };
      bound(field);
    }
  }
  return schema;
}

function count(list: unknown, context: Context, info: GraphQLResolveInfo): unknown {
  const { fieldNodes, rootValue } = info;
  const { responseSize, prepared } = context ?? {};
  if (!Array.isArray(list) || responseSize === undefined || prepared === undefined) return list;
  const { maxBytes, root, bytes } = responseSize;
  const isSameResponse = root === rootValue;
  let left = maxBytes - (isSameResponse ? bytes : prepared.bytesWithoutLists);
  if (!isSameResponse) {
    responseSize.texts = null;
    responseSize.tooLarge.length = 0;
  }
  let most = 0;
  for (const node of fieldNodes) {
    const row = prepared.rowSizes.get(node);
    if (row === undefined) continue;
    let size = list.length * row.bytes;
    for (const text of row.texts) if (size <= left) size += countTexts(list, text, responseSize);
    most = Math.max(most, size);
  }
  if (most > left) throw toErrorAt(info, responseSize);
  left -= most;
  responseSize.root = rootValue;
  responseSize.bytes = maxBytes - left;
  return list;
}

/** Throws ANSWER_TOO_LARGE if so many rows do not fit, even if all their texts are empty. */
function rejectTooMany(rows: number, context: Context, info: GraphQLResolveInfo): void {
  const { fieldNodes, rootValue } = info;
  const { responseSize, prepared } = context ?? {};
  if (responseSize === undefined || prepared === undefined) return;
  const { maxBytes, root, bytes } = responseSize;
  const left = maxBytes - (root === rootValue ? bytes : prepared.bytesWithoutLists);
  for (const node of fieldNodes) {
    const row = prepared.rowSizes.get(node);
    if (row !== undefined && rows * row.bytes > left) throw toErrorAt(info, responseSize);
  }
}

/**
 * ANSWER_TOO_LARGE for this field, or the error of an earlier one if there are a hundred already: where the response is full, thousands
 * of lists can fail. GraphQL keeps an error that has a path.
 */
function toErrorAt({ fieldNodes, path }: GraphQLResolveInfo, { maxBytes, tooLarge }: ResponseSize): Error {
  const last = tooLarge.at(-1);
  if (last !== undefined && tooLarge.length >= MAX_ERRORS) return last;
  const originalError = toListTooLarge(maxBytes);
  const { message } = originalError;
  const error = withoutStacks(
    () => new GraphQLError(message, { nodes: fieldNodes, path: responsePathAsArray(path), originalError }),
  );
  tooLarge.push(error);
  return error;
}

/** The bytes of one text in all rows of a list. */
function countTexts(list: readonly unknown[], { path, toBytes }: RowText, responseSize: ResponseSize): number {
  responseSize.texts ??= new WeakMap();
  const known = responseSize.texts.get(list) ?? new Map<string, number>();
  const found = known.get(path);
  if (found !== undefined) return found;
  let bytes = 0;
  for (const row of list) bytes += toBytes(row);
  responseSize.texts.set(list, known.set(path, bytes));
  return bytes;
}
