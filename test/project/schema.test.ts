import { readFile } from 'node:fs/promises';
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
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { createMaskError } from '../../src/graphql/mask-error.ts';
import { startWorld, type World } from '../support/world/world.ts';

const read = (name: string): Promise<string> => readFile(new URL(`../${name}`, import.meta.url), 'utf8');

/** Of the federation's own making, with names and descriptions that are not ours. */
const FEDERATION = /^(_|link__|federation__)/;

/** Every place that a reader looks for a description at, with what is there. */
function toPlaces(target: GraphQLSchema): [string, string | null | undefined][] {
  const places: [string, string | null | undefined][] = [];
  for (const type of Object.values(target.getTypeMap())) {
    if (FEDERATION.test(type.name)) continue;
    places.push([type.name, type.description]);
    if (isEnumType(type)) {
      for (const { name, description } of type.getValues()) places.push([`${type.name}.${name}`, description]);
    }
    if (isInputObjectType(type)) {
      for (const { name, description } of Object.values(type.getFields()))
        places.push([`${type.name}.${name}`, description]);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, description, args } of Object.values(type.getFields())) {
      if (FEDERATION.test(name)) continue;
      places.push([`${type.name}.${name}`, description]);
      for (const arg of args) places.push([`${type.name}.${name}(${arg.name})`, arg.description]);
    }
  }
  return places;
}

describe('the schema', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('gives each enum value its own name for a value, which the compiled execution passes on as it is', () => {
    const enums = Object.values(schema.getTypeMap()).filter((type) => isEnumType(type) && !FEDERATION.test(type.name));
    const values = enums.flatMap((type) => (isEnumType(type) ? type.getValues() : []));
    expect(values.length).toBeGreaterThan(8);
    for (const { name, value } of values) expect(value).toBe(name);
  });

  test('describes every type, field, argument, input field and enum value in a sentence', () => {
    const places = toPlaces(schema);
    expect(places.length).toBeGreaterThan(150);
    expect(places.filter(([, text]) => !/^[A-Z"“`0-9].*[.!)]$/s.test(text ?? '')).map(([place]) => place)).toEqual([]);
  });

  test('would be found out with a description left out', () => {
    const bare = buildSchema(
      `"A." type Query { "B." a("C." b: Int, c: E): Int d: Int } "D." enum E { "F." G H } "I." input J { k: Int }`,
    );
    expect(
      toPlaces(bare)
        .filter(([, text]) => text == null)
        .map(([place]) => place),
    ).toEqual(['Query.a(c)', 'Query.d', 'E.H', 'J.k']);
  });

  test('has all that clients build on, in the shapes that they know', async () => {
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
    ['a shape', 'bytesTransferred: SafeInt!', 'bytesTransferred: Int!'],
    ['an enum value', 'SESSIONS_ASC', ''],
    ['an argument', 'p: [Float!]! =', 'percentiles: [Float!]! ='],
  ])('would be found out with %s less than clients know', async (_, known, instead) => {
    const text = await read('fixtures/public-surface.graphql');
    expect(text).toContain(known);
    const full = buildSchema(text, { assumeValidSDL: true });
    const less = buildSchema(text.replace(known, instead), { assumeValidSDL: true });
    expect(findBreakingChanges(full, less)).not.toEqual([]);
  });

  test('is one graphql with the server’s: its errors are known for what they are', async () => {
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
