import {
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { fc } from '../fast-check.ts';
import { toTypedLiteral, valueOf } from './values.ts';

/** An operation that matches the schema, except for odd values and a rare name clash. */
export interface FuzzedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Part {
  readonly text: string;
  readonly variables: readonly { readonly name: string; readonly type: string; readonly value: unknown }[];
}

const DEPTH = 5;
const NOTHING: Part = { text: '', variables: [] };
const directive = fc.constantFrom('', '', '', '', '', '', ' @skip(if: false)', ' @include(if: false)');

/**
 * Creates operations of every kind over every field of the schema, with arguments as literals and as variables. The key of a
 * field in the response is `a<number>_<field name>`.
 */
export function createOperationArbitrary(schema: GraphQLSchema): fc.Arbitrary<FuzzedOperation> {
  const known = new Map<string, fc.Arbitrary<Part>>();

  const selection = (type: GraphQLObjectType, depth: number): fc.Arbitrary<Part> => {
    const key = `${type.name} ${depth}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const fields = Object.values(type.getFields()).filter((each) => depth > 0 || isLeafType(getNamedType(each.type)));
    const options = [
      fc.constant<Part>({ ...NOTHING, text: '__typename' }),
      ...fields.map((each) => field(each, depth)),
    ];
    const made = fc.array(fc.oneof(...options), { minLength: 1, maxLength: 4 }).map((parts) => join(parts));
    known.set(key, made);
    return made;
  };

  const field = (each: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<Part> => {
    const below = getNamedType(each.type);
    const body = isObjectType(below)
      ? selection(below, depth - 1)
      : isUnionType(below)
        ? fc
            .tuple(
              ...below
                .getTypes()
                .map((type) =>
                  selection(type, depth - 1).map((part) => ({ ...part, text: `... on ${type.name} { ${part.text} }` })),
                ),
            )
            .map(join)
        : fc.constant(NOTHING);
    return fc
      .tuple(fc.nat(9_999), fc.tuple(...each.args.map(argument)), directive, body)
      .map(([alias, args, when, inside]) => {
        const sent = args.filter(({ text }) => text !== '');
        const list = sent.length === 0 ? '' : `(${sent.map(({ text }) => text).join(', ')})`;
        return {
          text: `a${alias}_${each.name}: ${each.name}${list}${when}${inside.text === '' ? '' : ` { ${inside.text} }`}`,
          variables: [...args, inside].flatMap(({ variables }) => variables),
        };
      });
  };

  const roots = [
    { weight: 6, kind: 'query', type: schema.getQueryType() },
    { weight: 2, kind: 'mutation', type: schema.getMutationType() },
    { weight: 1, kind: 'subscription', type: schema.getSubscriptionType() },
  ].flatMap(({ weight, kind, type }) =>
    type === null || type === undefined
      ? []
      : [{ weight, arbitrary: selection(type, DEPTH).map((part) => toOperation(kind, part)) }],
  );
  return fc.oneof(...roots);
}

function argument(arg: GraphQLArgument): fc.Arbitrary<Part> {
  const sent = fc.tuple(valueOf(arg.type), fc.boolean(), fc.nat(99_999)).map(([value, isVariable, number]): Part => {
    if (!isVariable) return { ...NOTHING, text: `${arg.name}: ${toTypedLiteral(value, arg.type)}` };
    const name = `v${number}`;
    return { text: `${arg.name}: $${name}`, variables: [{ name, type: String(arg.type), value }] };
  });
  return isRequiredArgument(arg) ? sent : fc.oneof(fc.constant(NOTHING), sent);
}

function join(parts: readonly Part[]): Part {
  return { text: parts.map(({ text }) => text).join(' '), variables: parts.flatMap(({ variables }) => variables) };
}

function toOperation(kind: string, { text, variables }: Part): FuzzedOperation {
  const head = variables.length === 0 ? '' : ` (${variables.map(({ name, type }) => `$${name}: ${type}`).join(', ')})`;
  return {
    query: `${kind} Fuzzed${head} { ${text} }`,
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
  };
}
