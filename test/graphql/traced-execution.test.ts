import { isObjectType, parse, type ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import type { OperationContext } from '../../src/context.ts';
import { createLineIndex } from '../../src/graphql/execution/line-index.ts';
import { createFindOperation, type PreparedOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { createRunOperation } from '../../src/graphql/execution/run-operation.ts';
import { createMaskError } from '../../src/graphql/mask-error.ts';
import { createTracing } from '../../src/graphql/tracing/tracing.ts';
import { fc } from '../support/fast-check.ts';
import { createTestClock } from '../support/fakes/clock.ts';
import { createQueryArbitrary, variablesArbitrary } from '../support/generated-query.ts';
import { fieldsOf, readTrace, type RecordedNode } from '../support/traces.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';

const runOperation = createRunOperation({
  maskError: createMaskError({ logUnexpected: () => 'one', suggestions: true }),
  reportCost: false,
  startTracing: createTracing({ schema, clock: createTestClock('2026-11-20T12:00:00Z') }),
});

test('an operation returns the same data and errors with a trace and without', async () => {
  await forGeneratedQueries(async (run) => {
    const [plain, traced] = [await run(false), await run(true)];
    expect(plain.extensions).toBeUndefined();
    expect(toComparable(traced)).toEqual(toComparable(plain));
  });
});

test('a trace has every field of the response with its types, and beyond them only fields below a null', async () => {
  let fields = 0;
  await forGeneratedQueries(async (run) => {
    const { data, extensions } = await run(true);
    const recorded = fieldsOf(readTrace(extensions));
    const { paths, nulls } = findPaths(data);
    const traced = [...recorded].filter(([, { field }]) => field !== null);
    expect(paths.filter((path) => !recorded.has(path) && !isUnrecorded(path))).toEqual([]);
    const more = traced.map(([path]) => path).filter((path) => !paths.includes(path));
    expect(more.filter((path) => !nulls.some((above) => above === '' || path.startsWith(`${above}.`)))).toEqual([]);
    for (const [, node] of traced) expectSchemaTypes(node);
    fields += traced.length;
  });
  expect(fields).toBeGreaterThan(1_000);
});

test('a trace has the errors of the response at their fields or the nearest ones above, each with its code alone', async () => {
  let found = 0;
  await forGeneratedQueries(async (run) => {
    const { errors = [], extensions } = await run(true);
    const trace = readTrace(extensions);
    const codes = trace.nodes.flatMap((node) => node.errors.map(({ message }) => [node.path.join('.'), message]));
    const known = new Set(trace.nodes.map(({ path }) => path.join('.')));
    const expected = errors.map(({ path = [], extensions: { code } }) => {
      const nearest = path.map((_, at) => path.slice(0, path.length - at).join('.')).find((each) => known.has(each));
      return [nearest ?? '', typeof code === 'string' ? code : '<masked>'];
    });
    expect(codes.sort()).toEqual(expected.sort());
    for (const { errors: own } of trace.nodes)
      for (const { message, json } of own) expect(json).toEqual({ message, extensions: { code: message } });
    found += codes.length;
  });
  expect(found).toBeGreaterThan(100);
});

type Run = (wantsTrace: boolean) => Promise<ExecutionResult>;

async function forGeneratedQueries(check: (run: Run) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(createQueryArbitrary(schema), variablesArbitrary, async (query, variables) => {
      const operation = prepare(query);
      await check((wantsTrace) => {
        const context = { ...createFixedContext(), wantsTrace } as OperationContext;
        return runOperation(operation, variables, context);
      });
    }),
    { numRuns: 150 },
  );
}

function prepare(query: string): PreparedOperation {
  const memory = { compilesAtOnce: false, add: () => undefined, hasRoomFor: () => true };
  const find = createFindOperation(schema, parse(query), createLineIndex(query).toOffset, memory);
  const operation = find(undefined);
  if (operation === null) throw new Error('there is no operation');
  return operation;
}

/** The data as text, so key order counts, and the errors sorted, because fields that run at once fail in any order. */
function toComparable({ data, errors }: ExecutionResult): unknown {
  return { data: JSON.stringify(data), errors: errors?.map((error) => JSON.stringify(error)).sort() };
}

/** The paths of all fields in the data, and those of its nulls. An empty path stands for the data as a whole. */
function findPaths(data: unknown): { paths: string[]; nulls: string[] } {
  const paths: string[] = [];
  const nulls: string[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (value === null || value === undefined) nulls.push(path.join('.'));
    else if (Array.isArray(value)) value.forEach((each, at) => walk(each, [...path, at]));
    else if (typeof value === 'object') {
      for (const [key, each] of Object.entries(value)) {
        paths.push([...path, key].join('.'));
        walk(each, [...path, key]);
      }
    }
  };
  walk(data, []);
  return { paths, nulls };
}

/** Fields that belong to no type of the schema: their resolvers are those of GraphQL itself. */
function isUnrecorded(path: string): boolean {
  return /(?:^|\.)(?:__typename|kind)$/.test(path) || path.startsWith('__type');
}

function expectSchemaTypes({ field, path }: RecordedNode): void {
  if (field === null) throw new Error(`${path.join('.')} is not a field`);
  const parent = schema.getType(field.parentType);
  if (!isObjectType(parent)) throw new Error(`${field.parentType} is not an object type`);
  expect(String(parent.getFields()[field.name]?.type)).toBe(field.type);
}
