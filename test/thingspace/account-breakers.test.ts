import { describe, expect, test } from 'vitest';
import { createAccountBreakers, type AccountBreakers } from '../../src/thingspace/resilience/account-breakers.ts';
import { createBreaker, type AttemptOutcome, type BreakerPolicy } from '../../src/thingspace/resilience/breaker.ts';
import { fc } from '../support/fast-check.ts';
import { createManualClock } from '../support/fakes/manual-clock.ts';

const POLICY: BreakerPolicy = {
  failures: 4,
  windowMs: 30_000,
  minRequests: 3,
  minFailingMs: 1_000,
  firstPauseMs: 1_000,
  maxPauseMs: 10_000,
};
const AFTER_MS = [0, 1, 100, 400, 1_000, 5_000, 31_000];

/** A call of a generated history: how long after the previous one it begins, its account, its request and its outcome. */
const calls = fc.array(
  fc.record({
    afterMs: fc.constantFrom(...AFTER_MS),
    account: fc.constantFrom('one', 'two', 'three'),
    request: fc.constantFrom('a', 'b', 'c', 'd'),
    outcome: fc.constantFrom<AttemptOutcome>('success', 'failure', 'failure', 'ignored'),
  }),
  { maxLength: 80 },
);

function createRig() {
  const clock = createManualClock();
  const changes: [account: string | null, isOpen: boolean][] = [];
  const breakers = createAccountBreakers({
    policy: POLICY,
    clock,
    onChange: (isOpen, account) => changes.push([account, isOpen]),
  });
  return { clock, changes, breakers, run: createRun(breakers) };
}

/** Returns whether the call was let through. */
function createRun(breakers: AccountBreakers) {
  return (account: string, request: string, outcome: AttemptOutcome, tokens = 1): boolean => {
    try {
      breakers.of(account, tokens).begin().end(outcome, request, new Error(outcome));
      return true;
    } catch {
      return false;
    }
  };
}

describe('the breakers of accounts', () => {
  test('do for a single account what one breaker does, after any history', () => {
    fc.assert(
      fc.property(calls, (history) => {
        const { clock, breakers, run } = createRig();
        const single = createBreaker({ policy: POLICY, clock, onChange: () => undefined });
        for (const { afterMs, request, outcome } of history) {
          clock.advance(afterMs);
          let isAllowed = true;
          try {
            single.begin().end(outcome, request, null);
          } catch {
            isAllowed = false;
          }
          expect(run('the account', request, outcome)).toBe(isAllowed);
          expect(breakers.of('the account', 1).isOpen()).toBe(single.isOpen());
        }
      }),
    );
  });

  test('never hold an account whose calls succeed, whatever those of others do', () => {
    fc.assert(
      fc.property(calls, (history) => {
        const { clock, breakers, run } = createRig();
        for (const { afterMs, account, request, outcome } of history) {
          clock.advance(afterMs);
          run(account, request, outcome);
          expect(breakers.of('healthy', 1).isOpen()).toBe(false);
          expect(run('healthy', request, 'success')).toBe(true);
        }
      }),
    );
  });

  test('let each account send again within the longest pause once the platform works, after any history', () => {
    fc.assert(
      fc.property(calls, (history) => {
        const { clock, changes, run } = createRig();
        for (const { afterMs, account, request, outcome } of history) {
          clock.advance(afterMs);
          run(account, request, outcome);
        }
        clock.advance(POLICY.maxPauseMs);
        for (const account of ['one', 'two', 'three']) expect(run(account, 'a', 'success')).toBe(true);
        for (const each of [null, 'one', 'two', 'three']) {
          const own = changes.filter(([account]) => account === each).map(([, isOpen]) => isOpen);
          expect(own).toEqual(own.map((_, at) => at % 2 === 0));
          expect(own.length % 2).toBe(0);
        }
      }),
    );
  });

  test('hold every failing account once the calls of several fail, and share one probe', () => {
    const { clock, changes, run } = createRig();
    for (const account of ['one', 'two', 'one', 'two']) {
      expect(run(account, 'a', 'failure')).toBe(true);
      clock.advance(400);
    }
    expect(changes).toEqual([[null, true]]);
    // An account is heard once, because nobody knows yet whether it fails, too.
    expect(run('three', 'a', 'failure')).toBe(true);
    for (const account of ['one', 'two', 'three']) expect(run(account, 'a', 'success')).toBe(false);
    clock.advance(1_000);
    expect(run('two', 'a', 'failure')).toBe(true);
    for (const account of ['one', 'two', 'three']) expect(run(account, 'a', 'success')).toBe(false);
    expect(run('four', 'a', 'success')).toBe(true);
    for (const account of ['one', 'two', 'three']) expect(run(account, 'a', 'success')).toBe(true);
    expect(changes).toEqual([
      [null, true],
      [null, false],
    ]);
  });

  test('hold an account only for the tokens with which it fails', () => {
    const { clock, run } = createRig();
    for (const request of ['a', 'b', 'c', 'd']) {
      run('one', request, 'failure', 1);
      clock.advance(400);
    }
    expect(run('one', 'f', 'success', 1)).toBe(false);
    expect(run('one', 'f', 'success', 2)).toBe(true);
  });

  test('forget the accounts that failed longest ago if very many fail', () => {
    const { clock, changes, run } = createRig();
    const fail = (account: string): void => {
      for (const request of ['a', 'b', 'c', 'd']) {
        run(account, request.repeat(10_000), 'failure');
        run('healthy', request, 'success');
        clock.advance(400);
      }
    };
    fail('first');
    expect(run('first', 'f', 'success')).toBe(false);
    for (let count = 0; count < 2_000; count += 1) run(`account ${count}`, 'a', 'failure');
    run('healthy', 'a', 'success');
    expect(run('first', 'f', 'success')).toBe(true);
    // The log has both, so nobody waits for an account that is not held any more.
    expect(changes.filter(([account]) => account === 'first')).toEqual([
      ['first', true],
      ['first', false],
    ]);
  });
});
