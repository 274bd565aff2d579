import { isObjectType, isUnionType, getNamedType, type GraphQLSchema } from 'graphql';
import { rejectFaults, type InputFault } from '../src/domain/errors.ts';

/**
 * Makes the entry for other subgraphs tell bad input apart from a failure of ours: a representation that names none of this
 * schema's entities is BAD_USER_INPUT. Changes the schema, and returns it.
 */
export function withCheckedEntities(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('a schema without entities');
  const type = getNamedType(field.type);
  const entities = isUnionType(type) ? type.getTypes().filter(isObjectType) : [];
  const names = new Set(entities.map(({ name }) => name));
  field.resolve = (source, args: { representations: readonly unknown[] }, context, info) => {
    rejectFaults(args.representations.flatMap((each, index) => findFaults(each, index, names)));
    return resolve(source, args, context, info);
  };
  return schema;
}

function findFaults(representation: unknown, index: number, names: ReadonlySet<string>): InputFault[] {
  const name =
    typeof representation === 'object' && representation !== null && '__typename' in representation
      ? representation.__typename
      : undefined;
  if (typeof name === 'string' && names.has(name)) return [];
  const message = `This names no entity of this graph. Send one of ${[...names].join(', ')}, with its key.`;
  return [{ argumentPath: ['representations', index, '__typename'], message }];
}
