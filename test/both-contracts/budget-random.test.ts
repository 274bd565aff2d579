import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { createCallsArbitrary, type GeneratedCalls } from '../support/generated-calls.ts';
import { startWorld, type World } from '../support/world/world.ts';

const LIMIT = 12;
/** Each run sends three requests. */
const TIMEOUT_MS = 180_000;

describe('the calls that an operation makes', () => {
  let world: World;
  let stingy: World;
  let devices: string[];

  beforeAll(async () => {
    world = await startWorld({ config: { maxUpstreamCalls: LIMIT } });
    // Its budget is zero, so it rejects every operation with its call estimate.
    stingy = await startWorld({ simulatorOf: world, config: { maxUpstreamCalls: 0 } });
    devices = [...world.devices('meter', 20), ...world.devices('camera', 20)];
  });
  afterAll(async () => {
    await stingy.close();
    await world.close();
  });
  beforeEach(() => world.admin.endFaults());

  const ask = async (at: World, { query, variables }: GeneratedCalls) => {
    await at.admin.forgetCalls();
    const answer = await at.query(query, variables);
    const [rejection] = answer.errors.filter(({ extensions }) => extensions['code'] === 'BUDGET_EXCEEDED');
    const calls = (await at.admin.calls()).filter(({ path }) => path.includes('/hyper-precise/')).length;
    return { answer, rejection, calls };
  };
  /** The estimate, and the calls made if the operation was let through. It is sent twice, so that both lanes answer. */
  const check = async (asked: GeneratedCalls): Promise<{ cost: number; calls: number }[]> => {
    const checked = await ask(stingy, asked);
    const cost = Number(checked.rejection?.extensions['cost'] ?? 0);
    expect(checked.calls).toBe(0);
    const rounds = [await ask(world, asked), await ask(world, asked)];
    return rounds.flatMap(({ answer, rejection, calls }) => {
      expect(answer.errors.filter(({ extensions }) => extensions['code'] === 'INTERNAL_SERVER_ERROR')).toEqual([]);
      if (cost <= LIMIT) {
        expect(rejection).toBeUndefined();
        return [{ cost, calls }];
      }
      expect(answer).toMatchObject({ status: 400, data: null });
      expect(rejection?.extensions).toMatchObject({ cost, limit: LIMIT });
      expect(calls).toBe(0);
      return [];
    });
  };

  test('are exactly its estimate if it requests everything at once', { timeout: TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(createCallsArbitrary(devices, 0), async (asked) => {
        for (const { cost, calls } of await check(asked)) expect(calls).toBe(cost);
      }),
      { numRuns: 50 },
    );
  });
});
