import { getNamedType, isUnionType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { rejectFaults, ReportError, toInputError, type InputFault } from '../src/domain/errors.ts';

interface EntitiesArguments {
  readonly representations: readonly unknown[];
}

/**
 * Resolves each entity that another subgraph asks for by itself: one that this schema does not have, or whose key is bad, is
 * BAD_USER_INPUT in its own place, and the others come all the same. Changes the schema, and returns it.
 */
export function withEntitiesAlone(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve: GraphQLFieldResolver<unknown, unknown, EntitiesArguments> | undefined = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('a schema without entities');
  const type = getNamedType(field.type);
  const names = new Set(isUnionType(type) ? type.getTypes().map(({ name }) => name) : []);

  field.resolve = (source, { representations }: EntitiesArguments, context, info) =>
    representations.map((representation, index) => {
      try {
        rejectForeign(representation, names);
        const [entity] = resolve(source, { representations: [representation] }, context, info) as unknown[];
        return entity instanceof Promise ? entity.catch((error: unknown) => toFailure(error, index)) : entity;
      } catch (error) {
        return toFailure(error, index);
      }
    });
  return schema;
}

function rejectForeign(representation: unknown, names: ReadonlySet<string>): void {
  const name =
    typeof representation === 'object' && representation !== null && '__typename' in representation
      ? representation.__typename
      : undefined;
  if (typeof name === 'string' && names.has(name)) return;
  const message = `This names no entity of this graph. Send one of ${[...names].join(', ')}, with its key.`;
  rejectFaults([{ argumentPath: ['__typename'], message }]);
}

/** An error as the value of its place, not thrown: graphql-jit gives a list another length where one of its promises rejects. */
function toFailure(error: unknown, index: number): unknown {
  const [first, ...others] = error instanceof ReportError ? (error.details.faults ?? []) : [];
  if (first === undefined) return error;
  const locate = ({ argumentPath, message }: InputFault): InputFault => ({
    argumentPath: ['representations', index, ...argumentPath],
    message,
  });
  return toInputError([locate(first), ...others.map(locate)]);
}
