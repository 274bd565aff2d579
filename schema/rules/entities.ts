import {
  getNamedType,
  isUnionType,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  GraphQLNonNull,
  GraphQLString,
  isObjectType,
} from 'graphql';
import type { OperationContext } from '../../src/context.ts';
import { isAccountNumber } from '../../src/domain/account.ts';
import { rejectFaults, ReportError, toInputError, type InputFault } from '../../src/domain/errors.ts';
import { toErrorOrNull, isFullOfErrors } from '../../src/domain/error-limit.ts';
import { isImei } from '../../src/domain/imei.ts';
import { isObject } from '../../src/domain/json.ts';
import { fieldRule, NO_REPORTS, scoped, type ExpectedObjects } from './field-rule.ts';
import { parseOnce } from './parse-once.ts';
import { toTextBytes, type RowLimits, type ValueSize } from './value-size.ts';

interface EntitiesArguments {
  readonly representations: readonly unknown[];
}

/**
 * Resolves each entity of `_entities` by itself: an unknown type or a bad key is a BAD_USER_INPUT at its own index, and the other
 * entities are returned. Changes the schema, and returns it.
 */
export function withEntitiesAlone(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve: GraphQLFieldResolver<unknown, OperationContext, EntitiesArguments> | undefined = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('the schema has no entities');
  const type = getNamedType(field.type);
  const names = new Set(isUnionType(type) ? type.getTypes().map(({ name }) => name) : []);

  field.extensions = { ...field.extensions, ...entitiesRule.extensions, ...rowLimits };
  field.resolve = (source, { representations }: EntitiesArguments, context: OperationContext, info) => {
    const { errorCount } = context;
    const resolveOne = (representation: unknown, index: number): unknown => {
      if (isFullOfErrors(errorCount) && isCertainlyBad(representation, names)) return LEFT_OUT;
      try {
        rejectForeign(representation, names);
        const [entity] = resolve(source, { representations: [representation] }, context, info) as unknown[];
        return entity instanceof Promise ? entity.catch((error: unknown) => toFailure(error, index)) : entity;
      } catch (error) {
        return toFailure(error, index);
      }
    };
    const limitErrors = (entity: unknown): unknown => {
      if (entity === LEFT_OUT || entity instanceof Error) return toErrorOrNull(errorCount, () => entity);
      return entity instanceof Promise ? entity.then(limitErrors) : entity;
    };
    // Aliases repeat lists: each entity is resolved for the first of them.
    const resolved = parseOnce(context, representations, 'resolved', [], (): unknown[] => []);
    return representations.map((representation, index) => {
      if (index === resolved.length) resolved.push(resolveOne(representation, index));
      return limitErrors(resolved[index]);
    });
  };
  return schema;
}

/** Stands for the error of an entity that is only counted. */
const LEFT_OUT = Symbol('left out');

/** An entity takes about as much time as 250 bytes of a response: its key is parsed, and its type is looked up. */
const rowLimits: RowLimits = {
  minRowBytes: 250,
  // This is what `prepare` of the rule below returns.
  countRows: (asked) => (asked as EntitiesArguments).representations.length,
};

/** Plans the devices by account. Representations that will be rejected cost nothing. */
const entitiesRule = fieldRule({
  scope: 'reports:read',
  prepare({ representations }: EntitiesArguments, _, faults) {
    faults.push(...findTooMany(representations));
    return { representations };
  },
  plan({ representations }, on, { context, reads, path }) {
    const { devices, reports } = parseOnce(context, representations, 'expected', [], () =>
      findExpected(representations, context, path),
    );
    reads.add({ reports, toKey: () => 'find', rows: 1 });
    return { ...on, devices, reports };
  },
});

/** The objects that the representations stand for, by account. `path` is the position of the field. */
function findExpected(representations: readonly unknown[], context: OperationContext, path: string): ExpectedObjects {
  const imeisOf = new Map<string, Set<string>>();
  const txids = new Set<unknown>();
  const fleets = new Set<unknown>();
  for (const representation of representations) {
    if (!isObject(representation)) continue;
    const { __typename: name, imei, accountNumber: accountSent, txid, id } = representation;
    if (name === 'AggregatedReportRequest') txids.add(txid);
    if (name === 'FleetReport') fleets.add(id);
    const accountNumber = accountSent ?? context.accountNumber;
    if (name !== 'Device' || !isImei(imei) || !isAccountNumber(accountNumber)) continue;
    const imeis = imeisOf.get(accountNumber);
    if (imeis === undefined) imeisOf.set(accountNumber, new Set([imei]));
    else imeis.add(imei);
  }
  const devices = Array.from(imeisOf, ([accountNumber, imeis]) => ({
    accountNumber,
    imeis: [...imeis],
    unnamed: null,
  }));
  const count = txids.size + fleets.size;
  return { devices, reports: count === 0 ? NO_REPORTS : { name: path, count } };
}

const MAX_ENTITIES = 10_000;

function findTooMany({ length }: readonly unknown[]): InputFault[] {
  if (length <= MAX_ENTITIES) return [];
  const message = `This list has ${length} entities, but at most ${MAX_ENTITIES} are allowed. Send fewer.`;
  return [{ argumentPath: ['representations'], message }];
}

/** Stands for the default account of a device that names none. */
const ANY_ACCOUNT = '0';

/** Whether an entity will be rejected, as far as its type and the form of its key show. */
function isCertainlyBad(representation: unknown, names: ReadonlySet<string>): boolean {
  if (!isObject(representation)) return true;
  const { __typename: name, imei, accountNumber, txid, id } = representation;
  if (typeof name !== 'string' || !names.has(name)) return true;
  if (name === 'AggregatedReportRequest') return txid === undefined;
  if (name === 'FleetReport') return id === undefined;
  return name === 'Device' && (!isImei(imei) || !isAccountNumber(accountNumber ?? ANY_ACCOUNT));
}

function rejectForeign(representation: unknown, names: ReadonlySet<string>): void {
  const name = isObject(representation) ? representation['__typename'] : undefined;
  if (typeof name === 'string' && names.has(name)) return;
  const message = `This is not an entity of this graph. Send one of ${[...names].join(', ')}, with its key.`;
  rejectFaults([{ argumentPath: ['__typename'], message }]);
}

/** Returns the error as a value instead of throwing it: graphql-jit changes the length of a list if one of its promises rejects. */
function toFailure(error: unknown, index: number): unknown {
  const [first, ...others] = error instanceof ReportError ? (error.details.faults ?? []) : [];
  if (first === undefined) return error;
  const locate = ({ argumentPath, message }: InputFault): InputFault => ({
    argumentPath: ['representations', index, ...argumentPath],
    message,
  });
  return toInputError([locate(first), ...others.map(locate)]);
}

/**
 * Makes `_Service.sdl` non-null, as the Federation specification demands and its library does not, readable without a scope, and counted
 * with its length in the size of a response.
 * Changes the schema, and returns it.
 */
export function withPromisedSdl(schema: GraphQLSchema): GraphQLSchema {
  const type = schema.getType('_Service');
  const sdl = isObjectType(type) ? type.getFields()['sdl'] : undefined;
  const field = schema.getQueryType()?.getFields()['_service'];
  if (sdl === undefined || field === undefined) throw new Error('the schema has no _Service.sdl');
  sdl.type = new GraphQLNonNull(GraphQLString);
  field.extensions = { ...field.extensions, ...scoped(null) };
  const service: unknown = field.resolve?.(undefined, {}, undefined, undefined as never);
  const bytes = toTextBytes(isObject(service) ? service['sdl'] : null);
  sdl.extensions = { ...sdl.extensions, size: { maxBytes: bytes, toBytes: null } satisfies ValueSize };
  return schema;
}

/** Lists what only gateways use last, so that tools show people their own queries first. Changes the schema, and returns it. */
export function withGatewayFieldsLast(schema: GraphQLSchema): GraphQLSchema {
  const fields = schema.getQueryType()?.getFields() ?? {};
  for (const [name, field] of Object.entries(fields).filter(([each]) => each.startsWith('_'))) {
    Reflect.deleteProperty(fields, name);
    fields[name] = field;
  }
  return schema;
}
