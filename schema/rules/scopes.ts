import { isObjectType, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { requireScope, type Scope } from '../../src/domain/access.ts';
import type { OperationContext } from '../../src/context.ts';

/** The scope that each field requires: all root fields, and the fields with results below a mutation. Null: no scope is required. */
const SCOPES: Readonly<Record<string, Readonly<Record<string, Scope | null>>>> = {
  Query: {
    sessionsReport: 'reports:read',
    aggregatedReport: 'reports:read',
    aggregatedReportRequest: 'reports:read',
    aggregatedReportRequests: 'reports:read',
    device: 'reports:read',
    devices: 'reports:read',
    callbackListeners: 'listeners:manage',
    _entities: 'reports:read',
    _service: null,
  },
  Mutation: {
    requestAggregatedReport: 'reports:request',
    retryMissingDevices: 'reports:request',
    registerCallbackListener: 'listeners:manage',
    deregisterCallbackListener: 'listeners:manage',
  },
  Subscription: { aggregatedReportProgress: 'reports:read' },
  AggregatedReportRequest: {
    usage: 'reports:read',
    errors: 'reports:read',
    missing: 'reports:read',
    totals: 'reports:read',
    download: 'reports:read',
  },
};

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** Makes each field check its scope before it resolves. Changes the schema, and returns it. Throws if a root field has no entry. */
export function withScopes(schema: GraphQLSchema): GraphQLSchema {
  for (const [typeName, scopes] of Object.entries(SCOPES)) {
    const fields = toObjectType(schema, typeName).getFields();
    for (const name of ROOTS.includes(typeName) ? Object.keys(fields) : Object.keys(scopes)) {
      const field = fields[name];
      const scope = scopes[name];
      if (field === undefined || scope === undefined) throw new Error(`${typeName}.${name} has no scope`);
      if (scope !== null) addScopeCheck(scope, field);
    }
  }
  return schema;
}

type Field = ReturnType<GraphQLObjectType['getFields']>[string];
type Resolver = GraphQLFieldResolver<unknown, OperationContext>;

function addScopeCheck(scope: Scope, field: Field): void {
  const resolve: Resolver | undefined = field.resolve;
  const subscribe: Resolver | undefined = field.subscribe;
  if (resolve === undefined) throw new Error(`${field.name} has no resolver`);
  const withCheck =
    (resolver: Resolver): Resolver =>
    (source, args, context, info) => {
      requireScope(context.access, scope);
      return resolver(source, args, context, info);
    };
  field.resolve = withCheck(resolve);
  if (subscribe !== undefined) field.subscribe = withCheck(subscribe);
}

function toObjectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no object type ${name}`);
  return type;
}
