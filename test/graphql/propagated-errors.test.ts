import { buildSchema, GraphQLError, isObjectType, parse, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';
import type { OperationContext } from '../../src/context.ts';
import { createLineIndex } from '../../src/graphql/execution/line-index.ts';
import { createFindOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { createRunOperation } from '../../src/graphql/execution/run-operation.ts';
import { fc } from '../support/fast-check.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';

const runOperation = createRunOperation({
  maskError: (error) => (error instanceof GraphQLError ? error : new GraphQLError(String(error))),
  reportCost: false,
  startTracing: null,
});

/** Which fields of an object fail, and whether at once or later. */
type Faults = Readonly<Record<string, 'now' | 'later'>>;

const SDL = `
  type Query { box: Box, boxes: [Box!], union: [Either] }
  union Either = Box | Other
  type Other { a: Int! }
  type Box { a: Int!, b: Int!, c: Int, inner: Box!, maybe: Box, list: [Box!]!, gaps: [Box] }
`;

/** Fields that are not listed as faults have a value. */
function createSchema(faults: Faults): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      const fail = (): never => {
        throw new Error(`${type.name}.${name}`);
      };
      field.resolve = () => {
        const fault = faults[`${type.name}.${name}`];
        if (fault === 'now') return fail();
        if (fault === 'later') return Promise.resolve().then(fail);
        const item = { __typename: 'Box' };
        return /Int/.test(String(field.type)) ? 1 : String(field.type).startsWith('[') ? [item, item] : item;
      };
    }
  }
  return schema;
}

/** What the first run returns, which is interpreted, and the third one, which is compiled. */
async function runTwice(query: string, faults: Faults): Promise<{ data: unknown; errors: string[] }[]> {
  const schema = createSchema(faults);
  let compiled = 0;
  const find = createFindOperation(schema, parse(query), createLineIndex(query).toOffset, {
    add: () => (compiled += 1),
    compilesAtOnce: false,
    hasRoomFor: () => true,
  });
  const operation = find(undefined);
  if (operation === null) throw new Error('there is no operation');
  const run = async () => {
    const { data, errors = [] } = await runOperation(operation, {}, createFixedContext() as OperationContext);
    return { data, errors: errors.map((error) => JSON.stringify(error)).sort() };
  };
  const interpreted = await run();
  await run();
  const result = [interpreted, await run()];
  expect(compiled).toBe(2);
  return result;
}

test.each<[string, Faults, string[]]>([
  ['{ box { a b c } }', { 'Box.a': 'now', 'Box.b': 'now', 'Box.c': 'now' }, ['box.a']],
  ['{ box { c b a } }', { 'Box.a': 'later', 'Box.b': 'later', 'Box.c': 'later' }, ['box.b']],
  ['{ boxes { a } }', { 'Box.a': 'now' }, ['boxes.0.a']],
  [
    '{ box { maybe { a b } gaps { b a } } }',
    { 'Box.a': 'later', 'Box.b': 'later' },
    ['maybe.a', 'gaps.0.b', 'gaps.1.b'],
  ],
  ['{ box { c maybe { c } } }', { 'Box.c': 'now' }, ['box.c', 'maybe.c']],
  ['{ union { ... on Box { x: b y: a } ... on Other { a } } }', { 'Box.a': 'now', 'Box.b': 'now' }, ['0.x', '1.x']],
])('%s with several faults has one error for each null, compiled or not', async (query, faults, ends) => {
  const [interpreted, compiled] = await runTwice(query, faults);
  expect(compiled).toEqual(interpreted);
  const paths = interpreted?.errors.map((text) => (JSON.parse(text) as { path: string[] }).path.join('.')) ?? [];
  expect(paths).toHaveLength(ends.length);
  for (const end of ends) expect(paths.some((path) => path.endsWith(end))).toBe(true);
});

test('a result with any faults is the same whether it is interpreted or compiled', async () => {
  const leaves = fc.subarray(['a', 'b', 'c'], { minLength: 1 });
  const box: fc.Arbitrary<string> = fc
    .tuple(leaves, fc.subarray(['inner', 'maybe', 'list', 'gaps']), leaves)
    .map(
      ([own, nested, below]) =>
        `{ ${own.join(' ')} ${nested.map((each) => `${each} { ${below.join(' ')} }`).join(' ')} }`,
    );
  const fields = ['a', 'b', 'c', 'inner', 'maybe', 'list', 'gaps'].map((name) => `Box.${name}`);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('box', 'boxes'),
      box,
      fc.subarray(fields),
      fc.constantFrom<'now' | 'later'>('now', 'later'),
      async (root, selection, failing, when) => {
        // Of fields that fail later, the nearest one fails first. Whether a list does before a field below its neighbour depends on the engine.
        const fails = (name: string): boolean => when === 'now' || /[abc]$/.test(name);
        const faults = Object.fromEntries(failing.filter(fails).map((name) => [name, when]));
        const [interpreted, compiled] = await runTwice(`{ ${root} ${selection} }`, faults);
        expect(compiled).toEqual(interpreted);
      },
    ),
    { numRuns: 300 },
  );
});
