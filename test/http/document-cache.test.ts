import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureHeldBytes } from '../support/fakes/held-bytes.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MEBIBYTE = 2 ** 20;
const IMEI = '709312034493372';
/** Nearly as many tokens as a document may have. They take about 5 MB when parsed. */
const MANY_VALUES = '1 '.repeat(19_000);

describe('the memory for documents', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test.each<[string, number, (at: number) => string, string | null]>([
    ['do not match the schema', 30, (at) => `{ a${at}(a: [${MANY_VALUES}]) }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'are valid and run',
      50,
      (at) => `{ a${at}: __typename devices(imei: [${`"${IMEI}" `.repeat(9_000)}]) { imei } }`,
      null,
    ],
    ['have comments, which do not count as tokens', 20, (at) => `{ a${at}: __typename }${'#\n'.repeat(100_000)}`, null],
    ['are not GraphQL', 100, (at) => `{ a${at} ${'x'.repeat(250_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ])('is bounded if they %s', async (_, count, toQuery, code) => {
    await world.query(toQuery(0));
    const before = measureHeldBytes();

    for (let at = 1; at <= count; at += 1) {
      const { errors } = await world.query(toQuery(at));
      expect(errors[0]?.extensions['code'] ?? null).toBe(code);
    }

    expect((measureHeldBytes() - before) / MEBIBYTE).toBeLessThan(80);
  });
});
