import { describe, expect, test } from 'vitest';
import type { Imei } from '../../src/domain/imei.ts';
import { MAX_DEVICES_PER_CALL } from '../../src/reports/aggregated-report.ts';
import { createBatchingRig, toQuery, type Asking, type BatchingRig } from '../support/world/batching-rig.ts';
import { fc } from '../support/fast-check.ts';
import { toImeis } from '../support/store/messages.ts';

const QUERIES = [toQuery(1), toQuery(2)];
const POOL = toImeis(40);

const someDevices = fc.oneof(
  fc.subarray(POOL, { minLength: 1, maxLength: 3 }),
  fc.subarray(POOL, { minLength: 1, maxLength: 12 }),
  fc.subarray(POOL, { minLength: 1 }),
);
const asking = fc.record({ query: fc.nat(QUERIES.length - 1), imeis: someDevices });

type Step =
  | { readonly kind: 'ask'; readonly imeis: readonly Imei[] }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'answer'; readonly which: number }
  | { readonly kind: 'close window' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), imeis: someDevices }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'close window' as const }) },
);

describe('the number of calls', () => {
  test('is the minimum at ten devices per call for all that arrives in one window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asking, { minLength: 1, maxLength: 20 }), async (askings) => {
        const rig = createBatchingRig();
        for (const { query, imeis } of askings) rig.ask(QUERIES[query] ?? toQuery(1), imeis);
        await rig.flush();
        const distinct = QUERIES.map(
          (_, at) => new Set(askings.flatMap((each) => (each.query === at ? each.imeis : []))),
        );
        expect(rig.usage.calls).toHaveLength(sum(distinct.map(({ size }) => Math.floor(size / MAX_DEVICES_PER_CALL))));
        await rig.drain();
        expect(rig.usage.calls).toHaveLength(sum(distinct.map(({ size }) => Math.ceil(size / MAX_DEVICES_PER_CALL))));
      }),
      { numRuns: 300 },
    );
  });

  test('is the minimum for all that stays in the window, over many windows, responses and cancellations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const rig = createBatchingRig();
        const ledger = createLedger();
        for (const each of steps) {
          take(each, rig, ledger);
          await rig.flush();
          expect(rig.usage.calls).toHaveLength(ledger.calls());
        }
        await rig.drain();
      }),
      { numRuns: 500 },
    );
  });
});

test('a call that waits for its turn takes in devices until it leaves, and loses those whose operations leave', async () => {
  const rig = createBatchingRig({ places: 1 });
  const [first, ...others] = POOL;
  rig.ask(toQuery(1), first === undefined ? [] : [first]);
  rig.clock.letGo();
  await rig.flush();
  const askings = others.slice(0, 25).map((imei) => rig.ask(toQuery(1), [imei]));
  rig.clock.letGo();
  await rig.flush();
  for (const asking of askings.slice(3, 6)) asking.abort();
  // Three take the places that are free in the first of the waiting calls, and five more fill the last one.
  for (const imei of others.slice(25, 33)) rig.ask(toQuery(1), [imei]);
  await rig.flush();
  await rig.drain();
  expect(rig.usage.calls.map(({ imeis }) => imeis.length)).toEqual([1, 10, 10, 10]);
  expect(rig.usage.calls.flatMap(({ imeis }) => imeis).sort()).toEqual(
    [...POOL.slice(0, 4), ...POOL.slice(7, 34)].sort(),
  );
});

test('a call is not made if all its operations leave while it waits for its turn', async () => {
  const rig = createBatchingRig({ places: 1 });
  rig.ask(toQuery(1), POOL.slice(0, 10));
  const gone = [rig.ask(toQuery(1), POOL.slice(10, 20)), rig.ask(toQuery(1), POOL.slice(20, 25))];
  rig.clock.letGo();
  await rig.flush();
  for (const asking of gone) asking.abort();
  await rig.drain();
  expect(rig.usage.calls.map(({ imeis }) => imeis)).toEqual([POOL.slice(0, 10)]);
});

function take(each: Step, rig: BatchingRig, ledger: Ledger): void {
  if (each.kind === 'ask') {
    ledger.arrive(rig.ask(toQuery(1), each.imeis));
  } else if (each.kind === 'leave') {
    const waiting = rig.askings.filter(({ end, leftAt }) => end === null && leftAt === null);
    const cancelled = waiting[each.which % waiting.length];
    if (cancelled === undefined) return;
    cancelled.abort();
    ledger.abort(cancelled);
  } else if (each.kind === 'answer') {
    const open = rig.usage.open();
    const call = open[each.which % open.length];
    if (call === undefined) return;
    call.finish('as it is');
    ledger.answer(rig.usage.calls.indexOf(call));
  } else {
    rig.clock.letGo();
    ledger.closeWindow();
  }
}

/** The expected calls: one starts at ten devices or when the window closes, without devices that nobody waits for. */
interface Ledger {
  arrive(asking: Asking): void;
  abort(asking: Asking): void;
  closeWindow(): void;
  answer(call: number): void;
  calls(): number;
}

interface Entry {
  readonly waiting: Set<Asking>;
  /** Null while it waits in the window. */
  call: number | null;
}

function createLedger(): Ledger {
  const entries = new Map<Imei, Entry>();
  let calls = 0;
  const inWindow = (): Entry[] => [...entries.values()].filter(({ call }) => call === null);
  const begin = (): void => {
    for (const entry of inWindow()) entry.call = calls;
    calls += 1;
  };
  return {
    arrive(asking) {
      for (const imei of asking.imeis) {
        const entry = entries.get(imei) ?? { waiting: new Set(), call: null };
        entries.set(imei, entry);
        entry.waiting.add(asking);
        if (inWindow().length === MAX_DEVICES_PER_CALL) begin();
      }
    },
    abort(asking) {
      for (const [imei, { waiting }] of entries) if (waiting.delete(asking) && waiting.size === 0) entries.delete(imei);
    },
    closeWindow() {
      if (inWindow().length > 0) begin();
    },
    answer(call) {
      for (const [imei, entry] of entries) if (entry.call === call) entries.delete(imei);
    },
    calls: () => calls,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
