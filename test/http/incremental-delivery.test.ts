import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world/world.ts';

describe('incremental delivery', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test.each([
    ['@defer', '{ ... @defer { callbackListeners { url } } }', 7],
    ['@stream', '{ callbackListeners @stream { url } }', 21],
  ])('is refused where %s asks for it, in both lanes, with what to do instead', async (_, query, column) => {
    for (const accept of ['application/json', 'multipart/mixed, application/json']) {
      const { data, errors } = await world.query(query, {}, { headers: { Accept: accept } });
      expect(data).toBe(null);
      expect(errors).toEqual([
        {
          message: expect.stringMatching(/no @defer and no @stream. Remove the directive/) as string,
          locations: [{ line: 1, column }],
          extensions: { code: 'INCREMENTAL_DELIVERY_NOT_SUPPORTED' },
        },
      ]);
    }
  });
});
