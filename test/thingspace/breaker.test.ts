import { describe, expect, test } from 'vitest';
import { createBreaker, type BreakerPolicy, type AttemptOutcome } from '../../src/thingspace/resilience/breaker.ts';
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

/** A call of a generated history: how long after the previous one it begins, its request and its outcome. */
const calls = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 1, 100, 400, 1_000, 5_000, 31_000),
    request: fc.constantFrom('a', 'b', 'c', 'd'),
    outcome: fc.constantFrom<AttemptOutcome>('success', 'failure', 'failure', 'ignored'),
  }),
  { maxLength: 80 },
);

function createRig() {
  const clock = createManualClock();
  const changes: boolean[] = [];
  const breaker = createBreaker({ policy: POLICY, clock, onChange: (isOpen) => changes.push(isOpen) });
  /** Returns whether the call was let through. */
  const run = (request: string, outcome: AttemptOutcome): boolean => {
    try {
      breaker.begin().end(outcome, request, new Error(outcome));
      return true;
    } catch {
      return false;
    }
  };
  return { clock, changes, breaker, run };
}

describe('a breaker', () => {
  test('opens exactly when its policy says, after any history', () => {
    fc.assert(
      fc.property(calls, (history) => {
        const { clock, breaker, run } = createRig();
        const ended: { atMs: number; request: string; outcome: AttemptOutcome }[] = [];
        let failingSinceMs: number | null = null;
        for (const { afterMs, request, outcome } of history) {
          clock.advance(afterMs);
          const wasOpen = breaker.isOpen();
          run(request, outcome);
          if (wasOpen) {
            if (!breaker.isOpen()) {
              ended.length = 0;
              failingSinceMs = null;
            }
            continue;
          }
          if (outcome !== 'ignored') ended.push({ atMs: clock.monotonic(), request, outcome });
          const last = ended
            .filter(({ atMs }) => atMs > clock.monotonic() - POLICY.windowMs)
            .slice(-Math.ceil(POLICY.failures * 1.25));
          const failed = last.filter((each) => each.outcome === 'failure');
          if (outcome !== 'ignored') {
            failingSinceMs = failed.length < POLICY.failures ? null : (failingSinceMs ?? failed[0]?.atMs ?? null);
          }
          const shouldOpen =
            outcome === 'failure' &&
            failed.length >= POLICY.failures &&
            new Set(failed.map((each) => each.request)).size >= POLICY.minRequests &&
            failingSinceMs !== null &&
            clock.monotonic() - failingSinceMs >= POLICY.minFailingMs;
          expect(breaker.isOpen()).toBe(shouldOpen);
        }
      }),
    );
  });

  test('lets a probe through within its maximum pause, and closes with the first success, after any history', () => {
    fc.assert(
      fc.property(calls, (history) => {
        const { clock, breaker, changes, run } = createRig();
        for (const { afterMs, request, outcome } of history) {
          clock.advance(afterMs);
          run(request, outcome);
        }
        clock.advance(POLICY.maxPauseMs);
        expect(run('probe', 'success')).toBe(true);
        expect(breaker.isOpen()).toBe(false);
        // It reports each change once: open, closed, open and so on.
        expect(changes).toEqual(changes.map((_, at) => at % 2 === 0));
      }),
    );
  });

  test('opens as soon under load, when the last calls fall within an instant', () => {
    const { clock, breaker, run } = createRig();
    for (let count = 0; count < 100; count += 1) {
      run(String(count), 'failure');
      clock.advance(10);
    }
    expect(breaker.isOpen()).toBe(false);
    run('last', 'failure');
    expect(breaker.isOpen()).toBe(true);
  });

  test('measures the time of failure anew once enough calls succeed again', () => {
    const { clock, breaker, run } = createRig();
    for (const outcome of ['failure', 'success', 'failure'] as const) {
      for (let count = 0; count < 80; count += 1) {
        run(String(count), outcome);
        clock.advance(10);
      }
    }
    expect(breaker.isOpen()).toBe(false);
  });

  test('stays closed if calls fail that began before it closed', () => {
    const { clock, breaker, run } = createRig();
    const slow = Array.from({ length: 20 }, () => breaker.begin());
    for (let count = 0; count < 5; count += 1) {
      run(String(count), 'failure');
      clock.advance(500);
    }
    expect(breaker.isOpen()).toBe(true);
    clock.advance(1_000);
    expect(run('probe', 'success')).toBe(true);
    clock.advance(2_000);
    slow.forEach((attempt, at) => attempt.end('failure', String(at), new Error('late')));
    expect(breaker.isOpen()).toBe(false);
  });

  test('lets only one of many calls through as a probe', () => {
    const { clock, breaker, run } = createRig();
    for (const request of ['a', 'b', 'c', 'd', 'e']) {
      run(request, 'failure');
      clock.advance(500);
    }
    clock.advance(1_000);
    breaker.begin();
    for (let count = 0; count < 50; count += 1) expect(() => breaker.begin()).toThrow('calls to it are paused');
  });

  test('lets the next probe through at once if the outcome of one is ignored', () => {
    const { clock, breaker, run } = createRig();
    for (const request of ['a', 'b', 'c', 'd', 'e']) {
      run(request, 'failure');
      clock.advance(500);
    }
    clock.advance(1_000);
    expect(run('gone', 'ignored')).toBe(true);
    expect(run('next', 'success')).toBe(true);
    expect(breaker.isOpen()).toBe(false);
  });
});
