import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureHeldBytes } from '../support/fakes/held-bytes.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MEBIBYTE = 2 ** 20;
const IMEI = '709312034493372';
/** Nearly as many tokens as a document may have, which take about 5 MB when they are parsed. */
const MANY_VALUES = '1 '.repeat(19_000);

describe('the memory that documents take', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test.each<[string, number, (at: number) => string, string | null]>([
    ['that do not fit the schema', 30, (at) => `{ a${at}(a: [${MANY_VALUES}]) }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['that ran', 50, (at) => `{ a${at}: __typename devices(imei: [${`"${IMEI}" `.repeat(9_000)}]) { imei } }`, null],
    [
      'with comments, which are no tokens to the limit',
      20,
      (at) => `{ a${at}: __typename }${'#\n'.repeat(100_000)}`,
      null,
    ],
    ['that are no GraphQL', 100, (at) => `{ a${at} ${'x'.repeat(900_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ])('is bounded, of those %s', async (_, count, toQuery, code) => {
    await world.query(toQuery(0));
    const before = measureHeldBytes();

    for (let at = 1; at <= count; at += 1) {
      const { errors } = await world.query(toQuery(at));
      expect(errors[0]?.extensions['code'] ?? null).toBe(code);
    }

    expect((measureHeldBytes() - before) / MEBIBYTE).toBeLessThan(80);
  });
});
