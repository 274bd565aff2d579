import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureHeldBytes } from '../support/fakes/held-bytes.ts';
import { startWorld, type World } from '../support/world/world.ts';

const MEBIBYTE = 2 ** 20;
const IMEI = '709312034493372';
/** Nearly as many tokens as a document may have. They take about 5 MB when parsed. */
const MANY_VALUES = '1 '.repeat(19_000);

/** One report, under this name, with as many lists of its usage. */
const toLists = (name: string, count: number): string => {
  const lists = Array.from(
    { length: count },
    (_, at) => `u${at}: usage(first: 1) { imei device { imei accountNumber } }`,
  );
  return `{ ${name}: aggregatedReport(input: { imei: ["${IMEI}"] }) { ${lists.join(' ')} } }`;
};

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
    ['are nearly only comments', 50, (at) => `{ a${at}: __typename }${'#\n'.repeat(19_000)}`, null],
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

  test.each<[string, number, (at: number) => string]>([
    ['are sent again, and so compiled', 120, (at) => toLists(`a${at}`, 80)],
    [
      'would be larger than the cache if compiled, because of a long alias',
      8,
      (at) => toLists(`a${at}`.padEnd(12_000, 'a'), 240),
    ],
  ])('is bounded if they %s', { timeout: 60_000 }, async (_, count, toQuery) => {
    await world.query(toQuery(0));
    const before = measureHeldBytes();

    for (let at = 1; at <= count; at += 1) {
      const first = await world.query(toQuery(at));
      expect(first.errors).toEqual([]);
      expect((await world.query(toQuery(at))).data).toEqual(first.data);
    }

    expect((measureHeldBytes() - before) / MEBIBYTE).toBeLessThan(80);
  });
});
