import { describe, expect, test } from 'vitest';
import { createEventTurns, createSubscriptionBudgets } from '../../src/graphql/event-turns.ts';
import { createSharedEvents, type Event } from '../../src/graphql/shared-events.ts';
import type { PreparedOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { fc } from '../support/fast-check.ts';
import { createTestClock } from '../support/fakes/clock.ts';

const PER_SECOND = 1_000;
const NEVER = new AbortController().signal;
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function createRig(bytesPerSecond = PER_SECOND) {
  const clock = createTestClock('2026-11-20T12:00:00Z');
  const budgetOf = createSubscriptionBudgets(bytesPerSecond, clock.monotonic);
  return { clock, turns: createEventTurns({ budgetOf, pauseMs: () => 0, after: clock.after }) };
}

describe('the turns of events', () => {
  test('keep each caller within its budget and lose no event, whatever is sent', async () => {
    const events = fc.array(
      fc.record({ caller: fc.constantFrom('a', 'b'), bytes: fc.integer({ min: 1, max: 5_000 }) }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const { clock, turns } = createRig();
        const startedAtMs = clock.monotonic();
        const sent = new Map<string, number>();
        let left = all.length;
        for (const { caller, bytes } of all) {
          void turns.begin(caller, NEVER).then((end) => {
            const before = sent.get(caller) ?? 0;
            // Two seconds at once, then as much as the time allows.
            expect(before).toBeLessThanOrEqual(PER_SECOND * (2 + (clock.monotonic() - startedAtMs) / 1_000) + 1);
            sent.set(caller, before + bytes);
            left -= 1;
            end(bytes);
          });
        }
        for (let step = 0; left > 0; step += 1) {
          expect(step).toBeLessThan(10_000);
          await flush();
          clock.advance(100);
        }
        for (const caller of ['a', 'b']) {
          const ofCaller = all.filter((each) => each.caller === caller).reduce((sum, { bytes }) => sum + bytes, 0);
          expect(sent.get(caller) ?? 0).toBe(ofCaller);
        }
        expect(clock.countTimers()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('come one after the other for a caller, in order, and at once for others', async () => {
    const { turns } = createRig(0);
    const order: string[] = [];
    const ends: ((bytes: number) => void)[] = [];
    for (const name of ['a1', 'a2', 'b1']) {
      void turns.begin(name.slice(0, 1), NEVER).then((end) => {
        order.push(name);
        ends.push(end);
      });
    }
    await flush();
    expect(order).toEqual(['a1', 'b1']);
    ends[0]?.(0);
    await flush();
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  test('end with the subscription, or with the server', async () => {
    const { clock, turns } = createRig();
    (await turns.begin('a', NEVER))(100_000);
    const leaving = new AbortController();
    let entered = 0;
    for (const signal of [leaving.signal, NEVER]) void turns.begin('a', signal).then(() => (entered += 1));
    await flush();
    expect(entered).toBe(0);
    leaving.abort();
    await flush();
    expect(entered).toBe(1);
    turns.close();
    await flush();
    expect(entered).toBe(2);
    expect(clock.countTimers()).toBe(0);
  });
});

describe('identical subscriptions', () => {
  const operation = { kind: 'subscription' } as unknown as PreparedOperation;

  test('compute each state once, and the newest one anew for whoever is late', async () => {
    const shared = createSharedEvents();
    const all = ['x', 'x', 'x', 'y'].map((key) => shared.join(operation, key));
    const computed: string[] = [];
    const take = (state: { readonly name: string }) =>
      Promise.all(
        all.map((each) =>
          each.compute(state, (): Promise<Event> => {
            computed.push(state.name);
            return Promise.resolve({ text: state.name });
          }),
        ),
      );
    for (const name of ['first', 'second']) {
      const events = await take({ name });
      expect(events.map(({ event }) => event.text)).toEqual([name, name, name, name]);
      expect(events.map(({ isShared }) => isShared)).toEqual([false, true, true, false]);
    }
    expect(computed).toEqual(['first', 'first', 'second', 'second']);
  });

  test('store nothing for one that is alone, or once all have the event', async () => {
    const shared = createSharedEvents();
    const [one, two] = [shared.join(operation, 'x'), shared.join(operation, 'x')];
    const state = {};
    let computed = 0;
    const work = (): Promise<Event> => Promise.resolve({ text: String((computed += 1)) });
    await one.compute(state, work);
    await two.compute(state, work);
    expect(computed).toBe(1);
    await two.compute(state, work);
    expect(computed).toBe(2);
    two.leave();
    two.leave();
    await one.compute(state, work);
    await one.compute(state, work);
    expect(computed).toBe(4);
  });
});
