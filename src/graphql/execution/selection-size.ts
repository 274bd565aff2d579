import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  type GraphQLField,
  type GraphQLNamedType,
} from 'graphql';
import { findRule } from '../../../schema/rules/field-rule.ts';
import { findValueSize, type RowLimits } from '../../../schema/rules/value-size.ts';
import type { RowSize, RowText } from '../../context.ts';

/** How many bytes the selected fields of one object take in a response, with its braces. Lists in it count as empty. */
export interface SelectionSize extends RowSize {
  /** The maximum bytes of its `texts`, which `bytes` does not include. */
  readonly maxTextBytes: number;
}

type Field = GraphQLField<unknown, unknown>;

const NO_TEXTS: readonly RowText[] = [];
const BRACES = 2;
const QUOTES = 2;
/** Two quotes, a colon and a comma. */
const AROUND_NAME = 4;
const NULL_BYTES = 4;
const COMMA = 1;
/** A value with a short name costs as much time as a longer one. Without this, 8 MiB of them would block the process for 0.4 s. */
const MIN_VALUE_BYTES = 32;
/** A field that loads something, such as the usage of a device or a page of a report, takes as much time as so many bytes. */
const MIN_LOADED_BYTES = 2_000;
/** Twice the size of a row with an IMEI. */
const MIN_OBJECT_BYTES = 54;

/** The size of an object with these fields. */
export function toObjectSize(fields: readonly SelectionSize[]): SelectionSize {
  let bytes = BRACES;
  let maxTextBytes = 0;
  let texts: RowText[] | null = null;
  for (const field of fields) {
    bytes += field.bytes;
    maxTextBytes += field.maxTextBytes;
    if (field.texts.length > 0) (texts ??= []).push(...field.texts);
  }
  return { bytes, texts: texts ?? NO_TEXTS, maxTextBytes };
}

/** The size of the largest of several objects, each with all its texts. */
export function toLargest(sizes: readonly SelectionSize[]): SelectionSize {
  return { bytes: Math.max(BRACES, ...sizes.map(toMaxBytes)), texts: NO_TEXTS, maxTextBytes: 0 };
}

export function toMaxBytes({ bytes, maxTextBytes }: SelectionSize): number {
  return bytes + maxTextBytes;
}

/** The size of one field under this response name, given that of the object or row below it. */
export function toFieldSize(field: Field, key: string, value: SelectionSize): SelectionSize {
  const around = key.length + AROUND_NAME;
  const isLoaded = findRule(field.extensions) !== null && !isLeafType(getNamedType(field.type));
  const least = isLoaded ? MIN_LOADED_BYTES : 0;
  if (isListType(getNullableType(field.type))) {
    return { bytes: Math.max(around + NULL_BYTES, least), texts: NO_TEXTS, maxTextBytes: 0 };
  }
  const bytes = Math.max(around + Math.max(NULL_BYTES, value.bytes), MIN_VALUE_BYTES);
  // Nothing is known about its object before it is loaded.
  if (isLoaded) return { bytes: Math.max(bytes + value.maxTextBytes, least), texts: NO_TEXTS, maxTextBytes: 0 };
  return { bytes, texts: value.texts, maxTextBytes: value.maxTextBytes };
}

/** The size of the value of a field: of an object, a scalar, or an item of its list. */
export function toValueSize(field: Field, type: GraphQLNamedType, below: SelectionSize): SelectionSize {
  const named = getNamedType(field.type);
  const isList = isListType(getNullableType(field.type));
  if (!isLeafType(named)) {
    if (isList || below.texts.length === 0) return below;
    return { ...below, texts: below.texts.map((text) => toNestedText(field, type, text)) };
  }
  if (field.name === '__typename') return { bytes: type.name.length + QUOTES, texts: NO_TEXTS, maxTextBytes: 0 };
  const { maxBytes, toBytes } = findValueSize(field, type);
  if (toBytes === null) return { bytes: maxBytes, texts: NO_TEXTS, maxTextBytes: 0 };
  const path = `${type.name}.${field.name}`;
  const text: RowText = isList
    ? { path, toBytes: (item) => toBytes(item, item) }
    : {
        path,
        toBytes: (source) => toBytes(findRule(field.extensions) === null ? resolve(field, source) : null, source),
      };
  return { bytes: 0, texts: [text], maxTextBytes: maxBytes };
}

/** A text of the object in a field, as a text of the object that has the field. */
function toNestedText(field: Field, type: GraphQLNamedType, { path, toBytes }: RowText): RowText {
  return {
    path: `${type.name}.${field.name}/${path}`,
    toBytes(source) {
      const object = resolve(field, source);
      // Without an object there is none of its texts.
      return typeof object === 'object' && object !== null ? toBytes(object) : 0;
    },
  };
}

/** Fields without a rule only read what their object has. */
function resolve(field: Field, source: unknown): unknown {
  if (field.resolve !== undefined) return field.resolve(source, {}, undefined, undefined as never);
  return typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[field.name] : undefined;
}

/** The size of one row of a list of this field: of its value, and the comma after it. */
export function toRowSize(field: Field, value: SelectionSize): SelectionSize {
  const { minRowBytes = MIN_OBJECT_BYTES } = field.extensions as RowLimits;
  const least = isLeafType(getNamedType(field.type)) ? NULL_BYTES : minRowBytes;
  return { bytes: Math.max(least, value.bytes) + COMMA, texts: value.texts, maxTextBytes: value.maxTextBytes };
}
