import { describe, expect, test } from 'vitest';
import { createTurnQueue, type Waiter } from '../../src/thingspace/resilience/turn-queue.ts';
import { createTurn, type TurnTaker } from '../../src/thingspace/turn.ts';
import { fc } from '../support/fast-check.ts';

interface Named extends Waiter {
  readonly principal: string;
  readonly account: string;
  readonly key: object;
}

const KEYS = new Map<string, object>();

/** The same key for the same operation. */
function keyOf(principal: string, operation: number): object {
  const name = `${principal} ${operation}`;
  const key = KEYS.get(name) ?? {};
  KEYS.set(name, key);
  return key;
}

function toTaker(principal: string, operation: number): TurnTaker {
  return { key: keyOf(principal, operation), principal: () => principal };
}

function createWaiter(principal: string, account: string, operation: number): Named {
  const key = keyOf(principal, operation);
  const turn = Object.assign(
    createTurn(key, () => principal),
    { accountNumber: account },
  );
  return { turn, enter: () => undefined, principal, account, key };
}

const PRINCIPALS = ['p', 'q', 'r'];
const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      principal: fc.constantFrom(...PRINCIPALS),
      account: fc.constantFrom('1', '2'),
      operation: fc.nat(2),
    }),
    fc.record({ kind: fc.constant('next' as const) }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(50) }),
  ),
  { maxLength: 200 },
);

/** Written from the description: of those that wait, the group whose last turn is longest ago is next, at each level. */
function createOracle() {
  const waiting: Named[] = [];
  let moment = 0;
  /** When a group began to wait or had its turn, whichever was later. */
  const sinceOf = new Map<string, number>();
  const ids = new Map<object, number>();
  const idOf = (key: object): number => {
    ids.set(key, ids.get(key) ?? ids.size);
    return ids.get(key) ?? 0;
  };
  const groupsOf = ({ principal, account, key }: Named): string[] => [
    principal,
    `${principal}/${account}`,
    `${principal}/${account}/${idOf(key)}`,
  ];
  const forgetThoseThatDoNotWait = (): void => {
    const still = new Set(waiting.flatMap(groupsOf));
    for (const group of sinceOf.keys()) if (!still.has(group)) sinceOf.delete(group);
  };
  return {
    waiting,
    add(waiter: Named) {
      waiting.push(waiter);
      for (const group of groupsOf(waiter)) if (!sinceOf.has(group)) sinceOf.set(group, (moment += 1));
    },
    remove(waiter: Named) {
      waiting.splice(waiting.indexOf(waiter), 1);
      forgetThoseThatDoNotWait();
    },
    next(): Named | null {
      let candidates = [...waiting];
      for (const level of [0, 1, 2]) {
        const since = (waiter: Named): number => sinceOf.get(groupsOf(waiter)[level] ?? '') ?? 0;
        const longest = Math.min(...candidates.map(since));
        candidates = candidates.filter((each) => since(each) === longest);
      }
      const [first = null] = candidates;
      if (first === null) return null;
      waiting.splice(waiting.indexOf(first), 1);
      for (const group of groupsOf(first)) sinceOf.set(group, (moment += 1));
      forgetThoseThatDoNotWait();
      return first;
    },
  };
}

const always = (): boolean => true;

describe('a queue of turns', () => {
  test('lets principals take turns, then the accounts of each, then the operations of each, after any history', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const queue = createTurnQueue();
        const oracle = createOracle();
        for (const step of history) {
          if (step.kind === 'add') {
            const waiter = createWaiter(step.principal, step.account, step.operation);
            queue.add(waiter);
            oracle.add(waiter);
          } else if (step.kind === 'next') expect(queue.next(always)).toBe(oracle.next());
          else {
            const waiter = oracle.waiting[step.at % Math.max(1, oracle.waiting.length)];
            if (waiter === undefined) continue;
            queue.remove(waiter);
            oracle.remove(waiter);
          }
        }
        while (oracle.waiting.length > 0) expect(queue.next(always)).toBe(oracle.next());
        expect(queue.next(always)).toBe(null);
      }),
    );
  });

  test('gives nobody a second turn before every other principal that waits has had one', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const queue = createTurnQueue();
        const waiting: Named[] = [];
        /** Who has had a turn since this principal began to wait. */
        const servedSince = new Map<string, Set<string>>();
        for (const step of history) {
          if (step.kind === 'add') {
            const waiter = createWaiter(step.principal, step.account, step.operation);
            queue.add(waiter);
            waiting.push(waiter);
            if (!servedSince.has(step.principal)) servedSince.set(step.principal, new Set());
          } else {
            const served = queue.next(always);
            const at = waiting.findIndex((each) => each === served);
            if (at < 0) continue;
            const [{ principal } = { principal: '' }] = waiting.splice(at, 1);
            for (const [other, since] of servedSince) {
              if (other === principal) continue;
              expect(since.has(principal)).toBe(false);
              since.add(principal);
            }
            servedSince.delete(principal);
            if (waiting.some((each) => each.principal === principal)) servedSince.set(principal, new Set());
          }
        }
      }),
    );
  });

  test('serves no call later because another principal joins it', () => {
    const call = fc.record({
      principal: fc.constantFrom(...PRINCIPALS),
      account: fc.constantFrom('1', '2'),
      operation: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 60 }), fc.nat(), call, (all, pick, other) => {
        /** After how many turns the picked call is served. */
        const serve = (mayJoin: boolean): number => {
          const queue = createTurnQueue();
          const waiters = all.map((each) => createWaiter(each.principal, each.account, each.operation));
          for (const waiter of waiters) queue.add(waiter);
          const picked = waiters[pick % waiters.length];
          if (picked === undefined) throw new Error('there is no call');
          if (mayJoin && other.principal !== picked.principal) {
            queue.join(picked, toTaker(other.principal, other.operation));
          }
          for (let turns = 1; ; turns += 1) if (queue.next(always) === picked) return turns;
        };
        expect(serve(true)).toBeLessThanOrEqual(serve(false));
      }),
    );
  });

  test('lets a call that stands behind hundreds of its principal take the turn of another principal that joins it', () => {
    const queue = createTurnQueue();
    const waiters = Array.from({ length: 600 }, (_, operation) => createWaiter('p', '1', operation));
    for (const waiter of waiters) queue.add(waiter);
    const [last] = waiters.slice(-1);
    if (last === undefined) throw new Error('there is no call');
    queue.join(last, toTaker('q', 1));
    expect([queue.next(always), queue.next(always)]).toContain(last);
    // It waits no more with its own principal.
    for (const waiter of waiters.slice(1, -1)) expect(queue.next(always)).toBe(waiter);
    expect(queue.next(always)).toBe(null);
  });

  test('takes no longer per call if thousands wait', () => {
    const queue = createTurnQueue();
    for (let count = 0; count < 50_000; count += 1) queue.add(createWaiter(`principal ${count % 5_000}`, '1', count));
    let served = 0;
    while (queue.next(always) !== null) served += 1;
    expect(served).toBe(50_000);
  });
});
