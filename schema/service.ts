import { GraphQLNonNull, GraphQLString, isObjectType, type GraphQLSchema } from 'graphql';

/** Promises `_Service.sdl`, as Federation's specification has it and its library does not. Changes the schema, and returns it. */
export function withPromisedSdl(schema: GraphQLSchema): GraphQLSchema {
  const service = schema.getType('_Service');
  const sdl = isObjectType(service) ? service.getFields()['sdl'] : undefined;
  if (sdl === undefined) throw new Error('a schema without its SDL');
  sdl.type = new GraphQLNonNull(GraphQLString);
  return schema;
}
