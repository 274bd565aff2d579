import { buildSchema, executeSync, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withBoundedResponses } from '../../schema/rules/response-size.ts';
import { createLineIndex } from '../../src/graphql/execution/line-index.ts';
import { createFindOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { createFixedContext } from '../support/world/fixed-context.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MEBIBYTE = 2 ** 20;
const IMEIS = Array.from({ length: 10_000 }, (_, at) => String(100_000_000_000_000 + at));

const repeat = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ');

describe('the size of a response', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const measure = async (query: string, variables: object) => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { data, errors = [] } = JSON.parse(text) as {
      data: Record<string, unknown[] | null>;
      errors?: { path: unknown[]; extensions: { code: string } }[];
    };
    return { status: response.status, bytes: text.length, data, errors };
  };

  test('is bounded if devices are requested repeatedly: each list beyond the limit is replaced by an error', async () => {
    const query = `query ($imei: [IMEI!]!) { ${repeat(100, (at) => `a${at}: devices(imei: $imei) { imei accountNumber b: imei }`)} }`;
    for (const lane of ['by Yoga', 'by the fast lane']) {
      const { status, bytes, data, errors } = await measure(query, { imei: IMEIS });

      expect([lane, status]).toEqual([lane, 200]);
      expect(bytes).toBeLessThan(8 * MEBIBYTE);
      const lists = Object.entries(data);
      const whole = lists.filter(([, list]) => list?.length === IMEIS.length).map(([name]) => name);
      const leftOut = lists.filter(([, list]) => list === null).map(([name]) => name);
      expect(whole.length).toBeGreaterThan(5);
      expect([...whole, ...leftOut]).toEqual(lists.map(([name]) => name));
      expect(errors.map(({ path, extensions: { code } }) => [path, code])).toEqual(
        leftOut.map((name) => [[name], 'ANSWER_TOO_LARGE']),
      );
    }
  });

  test('is bounded if one list has many fields or long names', async () => {
    const representations = IMEIS.map((imei) => ({ __typename: 'Device', imei }));
    const alias = (at: number): string => `a${at}`.padEnd(50, 'a');
    for (const fields of [repeat(250, (at) => `a${at}: imei`), repeat(100, (at) => `${alias(at)}: imei`)]) {
      const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Device { ...F } } } fragment F on Device { ${fields} }`;

      const { bytes, errors } = await measure(query, { representations });

      expect(bytes).toBeLessThan(1_000);
      expect(errors.map(({ extensions: { code } }) => code)).toEqual(['ANSWER_TOO_LARGE']);
    }
  });

  test('has room for ten thousand devices with all their fields', async () => {
    const query =
      'query ($imei: [IMEI!]!) { devices(imei: $imei) { __typename imei accountNumber a: imei b: imei c: imei } }';

    const { data, errors } = await measure(query, { imei: IMEIS });

    expect(errors).toEqual([]);
    expect(data['devices']).toHaveLength(IMEIS.length);
  });

  test('is bounded for long aliases, because one of them counts as several', async () => {
    const send = (length: number) => world.query(`{ ${'a'.repeat(length)}: __typename }`);

    expect((await send(500 * 50)).data).not.toBeNull();
    const { status, errors } = await send(500 * 50 + 1);
    expect([status, errors[0]?.extensions['code']]).toEqual([400, 'ALIAS_LIMIT_EXCEEDED']);
  });
});

test('lists are counted together within one response, and anew for each event of a subscription', () => {
  const schema = withBoundedResponses(buildSchema('type Query { rows: [Row] } type Row { name: String }'));
  const contextValue = createFixedContext();
  const rows = Array.from({ length: 100_000 }, () => null);
  const run = (rootValue: unknown, fields: string) => {
    const document = parse(`{ ${fields} }`);
    const find = createFindOperation(schema, document, createLineIndex(fields).toOffset, {
      add: () => undefined,
      compilesAtOnce: false,
      hasRoomFor: () => true,
    });
    const operation = find(undefined);
    if (operation === null) throw new Error('there is no operation');
    contextValue.prepared.rowSizes = operation.rowSizes;
    return executeSync({ schema, document: operation.document, rootValue, contextValue });
  };

  for (let event = 0; event < 5; event += 1) expect(run({ rows }, 'rows { name }').errors).toBeUndefined();
  const twice = run({ rows }, 'rows { name } again: rows { name }');

  expect(twice.errors?.map(({ path }) => path)).toEqual([['again']]);
});
