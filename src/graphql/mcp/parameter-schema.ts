import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
} from 'graphql';

/** A JSON Schema, as far as parameters need it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An object with these properties and no others. */
export interface ObjectSchema extends JsonSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** A parameter, or a field of an input type. */
export interface Parameter {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly description?: string | null | undefined;
  /** As JSON; undefined if there is none. */
  readonly defaultValue?: unknown;
}

/** What a scalar is in JSON. Its description says the rest. */
const SCALARS: Readonly<Record<string, JsonSchema>> = {
  Boolean: { type: 'boolean' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  SafeInt: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  IMEI: { type: 'string', pattern: '^[0-9]{15}$' },
};

/** Describes parameters. Those without a default that may not be null are required. */
export function toObjectSchema(parameters: readonly Parameter[]): ObjectSchema {
  const required = parameters.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, toParameterSchema(parameter)])),
    required: required.map(({ name }) => name),
    additionalProperties: false,
  };
}

function toParameterSchema({ type, description, defaultValue }: Parameter): JsonSchema {
  const schema = toTypeSchema(type);
  return {
    ...schema,
    ...(description == null ? {} : { description }),
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}

/** Null, which means the same as leaving a parameter out, is not offered. */
function toTypeSchema(type: GraphQLInputType): JsonSchema {
  if (isNonNullType(type)) return toTypeSchema(type.ofType);
  if (isListType(type)) return { type: 'array', items: toTypeSchema(type.ofType) };
  return toNamedSchema(type);
}

function toNamedSchema(type: GraphQLNamedInputType): JsonSchema {
  const description = type.description == null ? {} : { description: type.description };
  if (isEnumType(type)) {
    const values = type.getValues();
    const meanings = values.flatMap((value) =>
      value.description == null ? [] : [`${value.name}: ${value.description}`],
    );
    return {
      type: 'string',
      enum: values.map(({ name }) => name),
      description: [type.description ?? '', ...meanings].join('\n'),
    };
  }
  if (isInputObjectType(type)) return { ...toObjectSchema(Object.values(type.getFields())), ...description };
  return { ...(SCALARS[type.name] ?? { type: 'string' }), ...description };
}
