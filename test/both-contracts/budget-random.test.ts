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
    world = await startWorld({ config: { maxUpstreamCalls: LIMIT, breakerFailures: 0 } });
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
  /** The estimate, and what came of the operation. It is sent twice: the second time it is compiled. */
  const check = async (asked: GeneratedCalls): Promise<{ cost: number; calls: number; isCut: boolean }[]> => {
    const checked = await ask(stingy, asked);
    const cost = Number(checked.rejection?.extensions['cost'] ?? 0);
    expect(checked.calls).toBe(0);
    const rounds = [await ask(world, asked), await ask(world, asked)];
    return rounds.flatMap(({ answer, rejection, calls }) => {
      expect(answer.errors.filter(({ extensions }) => extensions['code'] === 'INTERNAL_SERVER_ERROR')).toEqual([]);
      expect(calls).toBeLessThanOrEqual(LIMIT);
      if (cost <= LIMIT) {
        expect(answer.data).not.toBeNull();
        return [{ cost, calls, isCut: JSON.stringify(answer).includes('BUDGET_EXCEEDED') }];
      }
      expect(answer).toMatchObject({ status: 400, data: null });
      expect(rejection?.extensions).toMatchObject({ cost, limit: LIMIT });
      expect(calls).toBe(0);
      return [];
    });
  };

  test(
    'are never more than the limit, and it is rejected as a whole only if the estimate exceeds the limit',
    { timeout: TIMEOUT_MS },
    async () => {
      const letThrough: number[] = [];
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(createCallsArbitrary(devices, 2), async (asked) => {
          runs += 1;
          for (const { calls } of await check(asked)) letThrough.push(calls);
        }),
        { numRuns: 80 },
      );
      // Otherwise nothing was proved.
      expect(letThrough.filter((calls) => calls > 2).length).toBeGreaterThan(20);
      expect(letThrough.length).toBeLessThan(runs * 2);
    },
  );

  test(
    'are never more than the limit if calls fail, are repeated and take different times',
    { timeout: TIMEOUT_MS },
    async () => {
      for (const [at, imei] of devices.entries()) {
        await world.admin.fault({ imei, latencyMilliseconds: at % 25, probability: 0.5 });
        if (at % 5 === 0) await world.admin.fault({ imei, status: 500, probability: 0.5 });
        if (at % 7 === 0) await world.admin.fault({ imei, status: 400, probability: 0.5 });
      }
      let cut = 0;
      await fc.assert(
        fc.asyncProperty(createCallsArbitrary(devices, 3), async (asked) => {
          for (const { isCut } of await check(asked)) cut += isCut ? 1 : 0;
        }),
        { numRuns: 25 },
      );
      // Otherwise the limit was never reached while an operation ran.
      expect(cut).toBeGreaterThan(0);
    },
  );

  test('are exactly its estimate if it requests everything at once', { timeout: TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(createCallsArbitrary(devices, 0), async (asked) => {
        for (const { cost, calls, isCut } of await check(asked))
          expect({ calls, isCut }).toEqual({ calls: cost, isCut: false });
      }),
      { numRuns: 50 },
    );
  });
});
