import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createEventTurns, createSubscriptionBudgets } from '../../src/graphql/event-turns.ts';
import { createSharedEvents, type Event } from '../../src/graphql/shared-events.ts';
import type { PreparedOperation } from '../../src/graphql/execution/prepared-operation.ts';
import { fc } from '../support/fast-check.ts';
import { createTestClock } from '../support/fakes/clock.ts';

const PER_SECOND = 1_000;
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
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
          void turns.begin(caller, 'local', NEVER).then(({ end }) => {
            const before = sent.get(caller) ?? 0;
            // Two seconds at once, then as much as the time allows.
            expect(before).toBeLessThanOrEqual(PER_SECOND * (2 + (clock.monotonic() - startedAtMs) / 1_000) + 1);
            sent.set(caller, before + bytes);
            left -= 1;
            end(bytes, bytes)();
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
    const ends: (() => void)[] = [];
    for (const name of ['a1', 'a2', 'b1']) {
      void turns.begin(name.slice(0, 1), 'local', NEVER).then(({ end }) => {
        order.push(name);
        ends.push(() => end(0, 0));
      });
    }
    await flush();
    expect(order).toEqual(['a1', 'b1']);
    ends[0]?.();
    await flush();
    expect(order).toEqual(['a1', 'b1', 'a2']);
  });

  test('beside each other are at most eight for events with upstream calls, which hold up no other event', async () => {
    const { turns } = createRig(0);
    const ends: (() => void)[] = [];
    for (let each = 0; each < 20; each += 1)
      void turns.begin('a', 'upstream', NEVER).then(({ end }) => ends.push(() => end(0, 0)));
    const local = await turns.begin('a', 'local', NEVER);
    await flush();
    expect(ends).toHaveLength(8);
    local.end(0, 0);
    ends[3]?.();
    await flush();
    expect(ends).toHaveLength(9);
  });

  test('wait while 16 MiB of a caller’s events are unsent, and go on when they are sent', async () => {
    const { clock, turns } = createRig(0);
    const send = async (bytes: number) => (await turns.begin('a', 'local', NEVER)).end(0, bytes);
    const sent = [await send(12 * 2 ** 20), await send(8 * 2 ** 20)];
    let entered = 0;
    for (const kind of ['local', 'upstream'] as const)
      void turns.begin('a', kind, NEVER).then(({ end }) => {
        entered += 1;
        end(0, 0);
      });
    await flush();
    clock.advance(3_600_000);
    await flush();
    expect(entered).toBe(0);
    (await turns.begin('b', 'local', NEVER)).end(0, 0);
    sent[0]?.();
    sent[0]?.();
    await flush();
    expect(entered).toBe(2);
  });

  test('end with the subscription', async () => {
    const { clock, turns } = createRig();
    (await turns.begin('a', 'local', NEVER)).end(100_000, 0);
    const leaving = [new AbortController(), new AbortController()];
    let entered = 0;
    for (const { signal } of leaving) void turns.begin('a', 'local', signal).then(() => (entered += 1));
    await flush();
    expect(entered).toBe(0);
    leaving[0]?.abort();
    await flush();
    expect(entered).toBe(1);
    leaving[1]?.abort();
    await flush();
    expect(entered).toBe(2);
    expect(clock.countTimers()).toBe(0);
  });
});

describe('identical subscriptions', () => {
  const operation = { kind: 'subscription' } as unknown as PreparedOperation;

  test('compute each state once, and the newest one anew for whoever is late', async () => {
    const shared = createSharedEvents();
    const all = ['x', 'x', 'x', 'y'].map((key) => shared.join(operation, key, NEVER));
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
    const [one, two] = [shared.join(operation, 'x', NEVER), shared.join(operation, 'x', NEVER)];
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

  test('compute an event again if the one that computed it ended meanwhile, and share that', async () => {
    const shared = createSharedEvents();
    const leaving = new AbortController();
    const one = shared.join(operation, 'x', leaving.signal);
    const others = [shared.join(operation, 'x', NEVER), shared.join(operation, 'x', NEVER)];
    const state = {};
    let computed = 0;
    const work = async (): Promise<Event> => {
      computed += 1;
      const text = String(computed);
      await flush();
      return { text };
    };
    const ofOne = one.compute(state, work);
    const ofOthers = Promise.all(others.map((other) => other.compute(state, work)));
    leaving.abort();
    one.leave();
    expect((await ofOne).event.text).toBe('1');
    expect((await ofOthers).map(({ event, isShared }) => [event.text, isShared])).toEqual([
      ['2', false],
      ['2', true],
    ]);
    expect(computed).toBe(2);
  });

  test('compute an event again if that failed for the one that ended', async () => {
    const shared = createSharedEvents();
    const leaving = new AbortController();
    const [one, two] = [shared.join(operation, 'x', leaving.signal), shared.join(operation, 'x', NEVER)];
    const state = {};
    const ofOne = one.compute(state, () => Promise.reject(new Error('gone')));
    const ofTwo = two.compute(state, () => Promise.resolve({ text: 'two' }));
    await expect(ofOne).rejects.toThrow('gone');
    expect(await ofTwo).toEqual({ event: { text: 'two' }, isShared: false });
  });
});
