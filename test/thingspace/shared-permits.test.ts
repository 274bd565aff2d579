import { expect, test } from 'vitest';
import type { FairSemaphore } from '../../src/thingspace/resilience/fair-semaphore.ts';
import { createSharedPermits } from '../../src/thingspace/resilience/shared-permits.ts';
import { createTurn } from '../../src/thingspace/turn.ts';
import { createEventClock, type EventClock } from '../support/fakes/event-clock.ts';
import { createManualSignal } from '../support/fakes/manual-signal.ts';
import { fc } from '../support/fast-check.ts';

const PERIOD_MS = 1_000;

interface Planned {
  readonly server: number;
  readonly arrivesAtMs: number;
  /** How long after its arrival its client leaves; null if it stays. */
  readonly leavesAfterMs: number | null;
}

/** Reserves as the database does: a call may start one period after the call that is `maxCalls` before it. */
function createLedger(maxCalls: number, clock: EventClock, latencyMs: number) {
  const starts: number[] = [];
  return async (count: number): Promise<number[]> => {
    await clock.wait(latencyMs, new AbortController().signal);
    return Array.from({ length: count }, () => {
      const atMs = Math.max(clock.monotonic(), starts.at(-1) ?? 0, (starts.at(-maxCalls) ?? -Infinity) + PERIOD_MS);
      starts.push(atMs);
      return atMs - clock.monotonic();
    });
  };
}

/** Uses a permit as a call does that leaves at once. Resolves with the time when it left. */
async function call(permits: FairSemaphore, signal: AbortSignal, clock: EventClock): Promise<number> {
  const turn = createTurn({});
  await permits.acquire(turn, signal);
  clock.after(PERIOD_MS, () => permits.release(turn));
  return clock.monotonic();
}

test('several servers together let no more calls leave in any period than the pace allows, and every call that stays', async () => {
  const plans = fc.array(
    fc.record({
      server: fc.nat({ max: 2 }),
      arrivesAtMs: fc.nat({ max: 3_000 }),
      leavesAfterMs: fc.option(fc.nat({ max: 2_000 }), { nil: null }),
    }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(
      plans,
      fc.integer({ min: 1, max: 6 }),
      fc.nat({ max: 30 }),
      async (planned, maxCalls, latencyMs) => {
        const clock = createEventClock();
        const reserve = createLedger(maxCalls, clock, latencyMs);
        const servers = [0, 1, 2].map(() => createSharedPermits({ permits: maxCalls, reserve, clock }));
        const left: number[] = [];
        const waiting = new Set<Planned>();
        for (const plan of planned) {
          clock.after(plan.arrivesAtMs, () => {
            const signal = createManualSignal();
            const server = servers[plan.server];
            if (server === undefined) return;
            waiting.add(plan);
            void call(server, signal.signal(), clock)
              .then(
                (atMs) => left.push(atMs),
                () => undefined,
              )
              .finally(() => waiting.delete(plan));
            if (plan.leavesAfterMs !== null) clock.after(plan.leavesAfterMs, signal.abort);
          });
        }
        await clock.run();
        expect([...waiting]).toEqual([]);
        expect(left.length).toBeGreaterThanOrEqual(planned.filter((plan) => plan.leavesAfterMs === null).length);
        for (const [at, fromMs] of left.entries()) {
          expect((left[at + maxCalls] ?? Infinity) - fromMs).toBeGreaterThanOrEqual(PERIOD_MS);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('a server whose database does not answer keeps the pace alone', async () => {
  const clock = createEventClock();
  const permits = createSharedPermits({
    permits: 2,
    reserve: (count) => Promise.resolve(Array.from({ length: count }, () => 0)),
    clock,
  });
  const left: number[] = [];
  for (let number = 0; number < 5; number += 1)
    void call(permits, new AbortController().signal, clock).then((atMs) => left.push(atMs));
  await clock.run();
  expect(left).toEqual([0, 0, 1_000, 1_000, 2_000]);
});
