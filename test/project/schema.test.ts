import { readFile } from 'node:fs/promises';
import { printSubgraphSchema } from '@apollo/subgraph';
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  GraphQLError,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { createMaskError } from '../../src/graphql/mask-error.ts';
import { startWorld, type World } from '../support/world/world.ts';

const read = (name: string): Promise<string> => readFile(new URL(`../${name}`, import.meta.url), 'utf8');

/** Names that the federation plugin adds; their descriptions are not ours. */
const FEDERATION = /^(_|link__|federation__)/;

/** Every element that needs a description, with its description. */
function toDescriptions(target: GraphQLSchema): [string, string | null | undefined][] {
  const descriptions: [string, string | null | undefined][] = [];
  for (const type of Object.values(target.getTypeMap())) {
    if (FEDERATION.test(type.name)) continue;
    descriptions.push([type.name, type.description]);
    if (isEnumType(type)) {
      for (const { name, description } of type.getValues()) descriptions.push([`${type.name}.${name}`, description]);
    }
    if (isInputObjectType(type)) {
      for (const { name, description } of Object.values(type.getFields()))
        descriptions.push([`${type.name}.${name}`, description]);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, description, args } of Object.values(type.getFields())) {
      if (FEDERATION.test(name)) continue;
      descriptions.push([`${type.name}.${name}`, description]);
      for (const arg of args) descriptions.push([`${type.name}.${name}(${arg.name})`, arg.description]);
    }
  }
  return descriptions;
}

/** Client caches take a field of these names for the identity of the object. */
const IDENTITY_FIELDS = new Set(['id', '_id']);

/** Every field with such a name that is not, alone, a key of its type. */
function findFalseIdentities(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const keys = (type.directives ?? [])
      .filter(({ name }) => name.value === 'key')
      .flatMap((key) => key.arguments ?? [])
      .map(({ value }) => (value.kind === Kind.STRING ? value.value.trim() : null));
    return (type.fields ?? [])
      .map((field) => field.name.value)
      .filter((name) => IDENTITY_FIELDS.has(name) && !keys.includes(name))
      .map((name) => `${type.name.value}.${name}`);
  });
}

describe('the schema', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('uses the name of each enum value as its value, because compiled execution passes values on unchanged', () => {
    const enums = Object.values(schema.getTypeMap()).filter((type) => isEnumType(type) && !FEDERATION.test(type.name));
    const values = enums.flatMap((type) => (isEnumType(type) ? type.getValues() : []));
    expect(values.length).toBeGreaterThan(8);
    for (const { name, value } of values) expect(value).toBe(name);
  });

  test('describes every type, field, argument, input field and enum value in a sentence', () => {
    const descriptions = toDescriptions(schema);
    expect(descriptions.length).toBeGreaterThan(150);
    expect(
      descriptions.filter(([, text]) => !/^[A-Z"“`0-9].*[.!)]$/s.test(text ?? '')).map(([position]) => position),
    ).toEqual([]);
  });

  test('fails the check of descriptions if one is missing', () => {
    const bare = buildSchema(
      `"A." type Query { "B." a("C." b: Int, c: E): Int d: Int } "D." enum E { "F." G H } "I." input J { k: Int }`,
    );
    expect(
      toDescriptions(bare)
        .filter(([, text]) => text == null)
        .map(([position]) => position),
    ).toEqual(['Query.a(c)', 'Query.d', 'E.H', 'J.k']);
  });

  test('has no field named id, which client caches take for an identity, unless it is the key of its type', () => {
    const sdl = printSubgraphSchema(schema);
    expect(sdl).toContain('@key(fields: "txid")');
    expect(findFalseIdentities(sdl)).toEqual([]);
  });

  test('would be found out with a field named id that does not identify its type', () => {
    const sdl = `
      interface Node { id: ID! }
      type Report { _id: ID }
      type Session @key(fields: "account id") { account: ID! id: ID! }
      type Vehicle @key(fields: "plate") @key(fields: "id") { id: ID! plate: ID! }
      input VehicleInput { id: ID }`;
    expect(findFalseIdentities(sdl)).toEqual(['Node.id', 'Report._id', 'Session.id']);
  });

  test('has everything that clients rely on, with the same types', async () => {
    const surface = buildSchema(await read('fixtures/public-surface.graphql'), { assumeValidSDL: true });
    expect(findBreakingChanges(surface, schema)).toEqual([]);
    const defaults = findDangerousChanges(surface, schema).filter(
      ({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
    );
    expect(defaults).toEqual([]);
    for (const type of Object.values(surface.getTypeMap())) {
      const ours = schema.getType(type.name);
      if (!isInputObjectType(type) || !isInputObjectType(ours)) continue;
      for (const field of Object.values(type.getFields())) {
        expect(ours.getFields()[field.name]?.defaultValue).toEqual(field.defaultValue);
      }
    }
  });

  test.each([
    ['a field', 'totals: UsageTotals!', ''],
    ['a type', 'bytesTransferred: SafeInt', 'bytesTransferred: Int'],
    ['an enum value', 'SESSIONS_ASC', ''],
    ['an argument', 'p: [Float!]! =', 'percentiles: [Float!]! ='],
  ])('fails the check of what clients rely on if %s is removed or changed', async (_, known, instead) => {
    const text = await read('fixtures/public-surface.graphql');
    expect(text).toContain(known);
    const full = buildSchema(text, { assumeValidSDL: true });
    const less = buildSchema(text.replace(known, instead), { assumeValidSDL: true });
    expect(findBreakingChanges(full, less)).not.toEqual([]);
  });

  test('shares one graphql package with the server, which recognizes its errors', async () => {
    const lines: string[] = [];
    const maskError = createMaskError({
      logUnexpected: (_, happened) => String(lines.push(happened)),
      suggestions: true,
    });
    const { errors } = await world.query('{ nothing }');
    expect(errors[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(maskError(new GraphQLError('as it is')).message).toBe('as it is');
    expect(lines).toEqual([]);
  });
});
