import { getNamedType, isEnumType, isIntrospectionType, type GraphQLField, type GraphQLNamedType } from 'graphql';

/** How many bytes the value of a field takes in a response, with its quotes. A list has such values as its items. */
export interface ValueSize {
  readonly maxBytes: number;
  /**
   * The bytes that the field of one object takes, for texts whose lengths differ so much that long lists are counted text by text.
   * Null if every value counts as the maximum.
   */
  readonly toBytes: ((value: unknown, source: unknown) => number) | null;
}

/** What a list field can say in its extensions about the rows that it resolves itself. */
export interface RowLimits {
  /** Each row counts as at least so many bytes, because resolving it takes as much time. */
  readonly minRowBytes?: number;
  /** The number of rows, if it is known from what `prepare` returned: a list that does not fit is then not even resolved. */
  readonly countRows?: (asked: unknown) => number;
}

const QUOTES = 2;
const NULL_BYTES = 4;

/** Extensions of a field whose texts all have about this many ASCII characters, such as an IMEI. */
export function fixedText(characters: number) {
  return { size: { maxBytes: characters + QUOTES, toBytes: null } satisfies ValueSize };
}

/** Extensions of a field whose texts have at most this many ASCII characters. */
export function asciiText(maxCharacters: number) {
  return { size: { maxBytes: maxCharacters + QUOTES, toBytes: toTextBytes } satisfies ValueSize };
}

/** A control character or half a surrogate pair in JSON. */
const ESCAPED_BYTES = '\\u0000'.length;

/** Extensions of a field whose texts have at most this many characters (UTF-16 code units). */
export function anyText(maxCharacters: number) {
  return { size: { maxBytes: ESCAPED_BYTES * maxCharacters + QUOTES, toBytes: toTextBytes } satisfies ValueSize };
}

/** The bytes of a text in JSON; those of null for any other value. */
export function toTextBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value));
  return typeof value === 'number' ? String(value).length + QUOTES : NULL_BYTES;
}

/** The numbers of the schema are not negative, except Int, which could be. A time has at most nine decimals and an offset. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  Boolean: 'false'.length,
  Int: '-2147483648'.length,
  Float: '-1.2345678901234567e-308'.length,
  SafeInt: '9007199254740991'.length,
  // The longest keyword, which is longer than any date.
  ReportDate: 64 + QUOTES,
  Date: '"2026-05-31"'.length,
  DateTime: '"2026-05-31T08:00:00.123456789+05:45"'.length,
};

/** Longer than any description, name or default value of the schema. */
const MAX_INTROSPECTION_BYTES = 4_000;
/** For a text that says nothing about its size. */
const UNDECLARED: ValueSize = { maxBytes: 4_000, toBytes: toTextBytes };

/** How many bytes a scalar or enum field takes. */
export function findValueSize(
  { type, extensions }: Pick<GraphQLField<unknown, unknown>, 'type' | 'extensions'>,
  parentType: GraphQLNamedType,
): ValueSize {
  const named = getNamedType(type);
  if (isEnumType(named)) {
    const longest = Math.max(...named.getValues().map(({ name }) => name.length));
    return { maxBytes: longest + QUOTES, toBytes: null };
  }
  const maxBytes = MAX_BYTES[named.name];
  if (maxBytes !== undefined) return { maxBytes, toBytes: null };
  const { size } = extensions as { readonly size?: ValueSize };
  if (size !== undefined) return size;
  return isIntrospectionType(parentType) ? { maxBytes: MAX_INTROSPECTION_BYTES, toBytes: toTextBytes } : UNDECLARED;
}
