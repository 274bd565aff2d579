import { expect, test } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { toImeis } from '../support/store/messages.ts';
import { runPaced, type PlannedOperation, type RanOperation, type SentCall } from '../support/world/paced-rig.ts';

const MAX_DEVICES = 10;
const SECOND_MS = 1_000;

const plan = fc.record({
  arrivesAtMs: fc.nat(3_000),
  account: fc.constantFrom(1, 1, 1, 2),
  devices: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 35 })),
  leavesAfterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, fc.nat(2_000)),
});
const options = {
  concurrency: fc.constantFrom(1, 2, 20),
  latenciesMs: fc.array(fc.constantFrom(0, 1, 50, 400, 2_500), { minLength: 1, maxLength: 5 }),
  perSecond: fc.integer({ min: 1, max: 6 }),
};

/** Gives each operation devices of its own, so that every device has to be asked for once. */
function toOperations(
  plans: readonly (Omit<PlannedOperation, 'imeis'> & { readonly devices: number })[],
): PlannedOperation[] {
  const imeis = toImeis(plans.reduce((total, { devices }) => total + devices, 0));
  let used = 0;
  return plans.map((each) => ({
    ...each,
    imeis: imeis.slice(used, (used += each.devices)),
  }));
}

test('with a pace, each device is in one call of at most ten, and no second has more calls of an account than the pace allows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 1, maxLength: 40 }),
      fc.record(options),
      async (plans, { concurrency, latenciesMs, perSecond }) => {
        const { operations, calls } = await runPaced(toOperations(plans), {
          settings: { callsPerSecond: perSecond, concurrency },
          latenciesMs,
          acceptedPerSecond: perSecond,
          retryAfterSeconds: null,
        });
        expect(calls.filter(({ answer }) => answer?.status === 429)).toEqual([]);
        expectAnswers(operations);
        expectCallsOfWantedDevices(operations, calls);
        for (const call of calls) {
          const inSameSecond = calls.filter(
            ({ accountNumber, sentAtMs }) =>
              accountNumber === call.accountNumber && sentAtMs >= call.sentAtMs && sentAtMs < call.sentAtMs + SECOND_MS,
          );
          expect(inSameSecond.length).toBeLessThanOrEqual(perSecond);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('without a pace, a 429 with Retry-After lets nothing of the account leave before its time, and nothing fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 1, maxLength: 40 }),
      fc.record({ ...options, retryAfterSeconds: fc.integer({ min: 1, max: 12 }) }),
      async (plans, { concurrency, latenciesMs, perSecond, retryAfterSeconds }) => {
        const { operations, calls } = await runPaced(toOperations(plans), {
          settings: { callsPerSecond: 0, concurrency },
          latenciesMs,
          acceptedPerSecond: perSecond,
          retryAfterSeconds,
        });
        expectAnswers(operations);
        expectCallsOfWantedDevices(
          operations,
          calls.filter(({ answer }) => answer?.status !== 429),
        );
        for (const { accountNumber, answer } of calls) {
          if (answer?.status !== 429) continue;
          const untilMs = answer.atMs + retryAfterSeconds * SECOND_MS;
          const early = calls.filter(
            (each) => each.accountNumber === accountNumber && each.sentAtMs > answer.atMs && each.sentAtMs < untilMs,
          );
          expect(early).toEqual([]);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the more operations wait for the pace, the fuller their calls are', async () => {
  const single = Array.from({ length: 300 }, (_, at) => ({
    arrivesAtMs: at * 10,
    account: 1,
    devices: 1,
    leavesAfterMs: null,
  }));
  const { operations, calls } = await runPaced(toOperations(single), {
    settings: { callsPerSecond: 11, concurrency: 20 },
    latenciesMs: [20],
    acceptedPerSecond: 11,
    retryAfterSeconds: null,
  });
  expectAnswers(operations);
  expect(calls.length).toBeLessThanOrEqual(45);
  const waits = operations.map(({ arrivesAtMs, endedAtMs }) => endedAtMs - arrivesAtMs);
  expect(Math.max(...waits)).toBeLessThan(1_500);
});

/** Whoever stays gets the usage of each of its devices. */
function expectAnswers(operations: readonly RanOperation[]): void {
  for (const { imeis, outcomes, leavesAfterMs } of operations) {
    if (leavesAfterMs === null || outcomes !== null) {
      expect(outcomes?.map(({ kind, imei }) => ({ kind, imei }))).toEqual(
        imeis.map((imei) => ({ kind: 'usage', imei })),
      );
    }
  }
}

/** Each device is in one call, unless its operation left before. No call has only devices that nobody waits for. */
function expectCallsOfWantedDevices(operations: readonly RanOperation[], calls: readonly SentCall[]): void {
  const operationOf = new Map(
    operations.flatMap((operation) => operation.imeis.map((imei) => [imei as string, operation])),
  );
  for (const { imeis, sentAtMs } of calls) {
    expect(imeis.length).toBeGreaterThan(0);
    expect(imeis.length).toBeLessThanOrEqual(MAX_DEVICES);
    for (const imei of imeis) {
      const { arrivesAtMs = Infinity, leavesAfterMs = 0 } = operationOf.get(imei) ?? {};
      expect(sentAtMs).toBeGreaterThanOrEqual(arrivesAtMs);
      if (leavesAfterMs !== null) expect(sentAtMs).toBeLessThanOrEqual(arrivesAtMs + leavesAfterMs);
    }
  }
  const asked = calls.flatMap(({ imeis }) => imeis);
  expect(new Set(asked).size).toBe(asked.length);
  for (const [imei, { leavesAfterMs }] of operationOf) if (leavesAfterMs === null) expect(asked).toContain(imei);
}
