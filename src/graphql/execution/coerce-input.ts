import { isLeafType, isListType, isNonNullType, type GraphQLInputField, type GraphQLInputType } from 'graphql';

/** What a coercion returns for a value that does not match its type. */
export const MISMATCH = Symbol('mismatch');

/** Coerces a value that came as JSON; returns MISMATCH if it does not match the type. */
export type CoerceInput = (value: unknown) => unknown;

/**
 * Creates the coercion of a type. It accepts what graphql-js accepts, but says nothing about a mismatch, and so needs no path for
 * each of ten thousand values.
 */
export function createCoerceInput(type: GraphQLInputType): CoerceInput {
  if (isNonNullType(type)) {
    const coerce = createCoerceInput(type.ofType);
    return (value) => (value === null || value === undefined ? MISMATCH : coerce(value));
  }
  const coerce = createCoerceValue(type);
  return (value) => (value === null ? null : coerce(value));
}

function createCoerceValue(type: Exclude<GraphQLInputType, { ofType: never }>): CoerceInput {
  if (isListType(type)) {
    const coerce = createCoerceInput(type.ofType);
    return (value) => {
      const sent: readonly unknown[] = Array.isArray(value) ? value : [value];
      const items = sent.map(coerce);
      return items.includes(MISMATCH) ? MISMATCH : items;
    };
  }
  if (isLeafType(type)) {
    return (value) => {
      try {
        const parsed: unknown = type.parseValue(value);
        return parsed === undefined ? MISMATCH : parsed;
      } catch {
        return MISMATCH;
      }
    };
  }
  return 'getFields' in type ? createCoerceObject(Object.values(type.getFields())) : () => MISMATCH;
}

/** The fields' own coercions are created when a value first comes, because an input type may contain itself. */
function createCoerceObject(fields: readonly GraphQLInputField[]): CoerceInput {
  const names = new Set(fields.map(({ name }) => name));
  let coercions: CoerceInput[] | null = null;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return MISMATCH;
    const sent: Readonly<Record<string, unknown>> = { ...value };
    if (!Object.keys(sent).every((name) => names.has(name))) return MISMATCH;
    coercions ??= fields.map(({ type }) => createCoerceInput(type));
    const coerced: Record<string, unknown> = {};
    for (const [at, { name, type, defaultValue }] of fields.entries()) {
      const given = sent[name];
      const field = given === undefined ? toDefault(type, defaultValue) : coercions[at]?.(given);
      if (field === MISMATCH) return MISMATCH;
      if (field !== undefined) coerced[name] = field;
    }
    return coerced;
  };
}

function toDefault(type: GraphQLInputType, defaultValue: unknown): unknown {
  return defaultValue === undefined && isNonNullType(type) ? MISMATCH : defaultValue;
}
