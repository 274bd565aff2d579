import {
  getNamedType,
  isLeafType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Choice } from './choice.ts';
import { EnumValue, type Values } from './values.ts';

export interface Document {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The default limits on documents (docs/limits.md). */
const MAX_ALIASES = 500;
/** Less than 100, because each field that is chosen after the aliases counts too. */
const MAX_ROOT_FIELDS = 90;

type Field = GraphQLField<unknown, unknown>;

/** A document that repeats some of its fields under many aliases, with the same or with other arguments, anywhere in it. */
export function composeDocument(
  schema: GraphQLSchema,
  kind: 'query' | 'mutation' | 'subscription',
  choice: Choice,
  values: Values,
): Document {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  const maxDepth = choice.pick([4, 6, 6, 8, 18]);
  const alias = choice.chance(0.5) ? choice.text(choice.pick([1, 10, 44])) : 'a';
  const inVariables = choice.pick([0, 0.5, 1]);
  let aliasesLeft = MAX_ALIASES;
  let rootsLeft = MAX_ROOT_FIELDS;

  const write = (value: unknown, type: string): string => {
    if (!choice.chance(inVariables) && !isLong(value)) return toLiteral(value);
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}`);
    variables[name] = toJson(value);
    return `$${name}`;
  };
  const call = ({ name, args }: Field): string => {
    const sent = args
      .map((argument) => [argument, values.of(argument)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([argument, value]) => `${argument.name}: ${write(value, String(argument.type))}`);
    return sent.length === 0 ? name : `${name}(${sent.join(', ')})`;
  };
  /** `weight` is how often the fragments above spread this selection. */
  const select = (type: GraphQLObjectType, depth: number, weight: number): string => {
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < maxDepth || isLeafType(getNamedType(field.type)),
    );
    const width = choice.pick([1, 1, 2, 3, fields.length]);
    const chosen = Array.from(
      { length: Math.min(width, fields.length) },
      () => fields[choice.integer(0, fields.length - 1)],
    );
    const written = [...new Set(chosen)].flatMap((field) => (field === undefined ? [] : repeat(field, depth, weight)));
    return written.length === 0 ? '{ __typename }' : `{ ${written.join(' ')} }`;
  };
  const repeat = (field: Field, depth: number, weight: number): string[] => {
    const isBurst = choice.chance(depth === 0 ? 0.25 : 0.45);
    if (kind === 'subscription' && depth === 0) return [`${call(field)}${toBelow(field, depth, weight)}`];
    const most = Math.min(Math.floor(aliasesLeft / weight), depth === 0 ? rootsLeft : MAX_ALIASES);
    const times = isBurst && most > 1 ? choice.pick([Math.min(2, most), choice.count(most), most]) : 1;
    if (times > 1) aliasesLeft -= times * weight;
    if (depth === 0) rootsLeft -= times;
    const isSame = choice.chance(0.5);
    const below = toBelow(field, depth, weight * times);
    const once = call(field);
    return Array.from({ length: times }, (_, at) => {
      const name = times === 1 ? '' : `${alias}${at}_${depth}: `;
      return `${name}${isSame || at === 0 ? once : call(field)}${below}`;
    });
  };
  const toBelow = (field: Field, depth: number, weight: number): string => {
    const type = getNamedType(field.type);
    if (isLeafType(type)) return '';
    const selection = isObjectType(type)
      ? select(type, depth + 1, weight)
      : isUnionType(type)
        ? `{ __typename ${type
            .getTypes()
            .map((each) => `... on ${each.name} ${select(each, depth + 1, weight)}`)
            .join(' ')} }`
        : '{ __typename }';
    if (weight < 2 || !choice.chance(0.4) || !isObjectType(type)) return ` ${selection}`;
    fragments.push(`fragment f${fragments.length} on ${type.name} ${selection}`);
    return ` { ...f${fragments.length - 1} }`;
  };

  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[kind];
  if (!isObjectType(root)) throw new Error(`The schema has no ${kind}.`);
  const selection = select(root, 0, 1);
  const parameters = declared.length === 0 ? '' : `(${declared.join(', ')})`;
  return {
    query: [`${kind} Q${parameters} ${selection}`, ...fragments].join('\n'),
    variables,
  };
}

/** Lists of fields that introspection can nest. */
export function composeIntrospection(choice: Choice): Document {
  const nest = (depth: number): string =>
    depth === 0
      ? 'name description'
      : `name ${choice.pick(['fields', 'possibleTypes', 'interfaces'])} { ${choice.pick(['name', 'description'])} ${choice.pick(['type', 'ofType'])} { ${nest(depth - 1)} } }`;
  const times = choice.count(100);
  const field = choice.pick([
    '__schema { types { name description fields { name description args { name description type { name } } } } }',
    '__schema { queryType { fields { name args { name defaultValue } } } directives { name args { name } } }',
    `__type(name: "Query") { fields { type { ${nest(choice.integer(0, 6))} } } }`,
    `__type(name: "${choice.text(choice.count(2_000))}") { name }`,
    '_service { sdl }',
  ]);
  return { query: `{ ${Array.from({ length: times }, (_, at) => `a${at}: ${field}`).join(' ')} }`, variables: {} };
}

function isLong(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 1_000 : isRecord(value) && Object.values(value).some(isLong);
}

function toLiteral(value: unknown): string {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${toLiteral(each)}`)
    .join(', ')} }`;
}

function toJson(value: unknown): unknown {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return value.map(toJson);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]))
    : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
