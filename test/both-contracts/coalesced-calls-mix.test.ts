import { expect, test } from 'vitest';
import { ReportError } from '../../src/domain/errors.ts';
import { toAborts } from '../../src/domain/wait-for.ts';
import { createOperation, NO_LIMITS } from '../../src/reports/operation.ts';
import { createCoalescedCalls } from '../../src/reports/batching/coalesced-calls.ts';
import { createManualSignal, GONE, type ManualSignal } from '../support/fakes/manual-signal.ts';
import { fc } from '../support/fast-check.ts';

const KEYS = ['a', 'b'];

type Step =
  | { readonly kind: 'join'; readonly key: string; readonly isFresh: boolean }
  | { readonly kind: 'leave'; readonly which: number }
  | { readonly kind: 'end'; readonly which: number; readonly how: 'answered' | 'failed' | 'timed out' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('join'), key: fc.constantFrom(...KEYS), isFresh: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave'), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('end'),
      which: fc.nat(),
      how: fc.constantFrom('answered', 'failed', 'timed out'),
    }),
  },
);

interface Call {
  readonly key: string;
  readonly startedAt: number;
  end: 'open' | 'answered' | 'failed' | 'timed out' | 'broken off';
  readonly settle: (how: 'answered' | 'failed' | 'timed out') => void;
}

interface Joiner {
  readonly key: string;
  readonly isFresh: boolean;
  readonly joinedAt: number;
  readonly signal: ManualSignal;
  isCancelled: boolean;
  end: { readonly call: Call } | { readonly error: unknown } | null;
}

test('each operation that joins a coalesced call gets a response, a failure or a full timeout of its own, whoever else joins or cancels', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const calls: Call[] = [];
      const joiners: Joiner[] = [];
      let ticks = 0;
      const open = (): Call[] => calls.filter(({ end }) => end === 'open');
      const waiting = (): Joiner[] => joiners.filter(({ end, isCancelled }) => end === null && !isCancelled);

      const call = (key: string, signal: AbortSignal | null): Promise<Call> =>
        new Promise((resolve, reject) => {
          const made: Call = {
            key,
            startedAt: (ticks += 1),
            end: 'open',
            settle(how) {
              made.end = how;
              if (how === 'answered') resolve(made);
              else reject(new ReportError(how === 'failed' ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_TIMEOUT', how));
            },
          };
          signal?.addEventListener('abort', () => {
            made.end = 'broken off';
            reject(signal.reason as Error);
          });
          calls.push(made);
        });
      const coalesced = createCoalescedCalls({
        fetchQuery: (key: string, { signal }) => call(key, signal),
        monotonic: () => 0,
      });
      const join = (key: string, isFresh: boolean): void => {
        const signal = createManualSignal();
        const operation = createOperation(toAborts(signal.signal), !isFresh, NO_LIMITS);
        const joiner: Joiner = { key, isFresh, joinedAt: (ticks += 1), signal, isCancelled: false, end: null };
        joiners.push(joiner);
        coalesced.join(key, key, operation).then(
          (answer) => (joiner.end = { call: answer }),
          (error: unknown) => (joiner.end = { error }),
        );
      };
      const abort = (joiner: Joiner): void => {
        joiner.isCancelled = true;
        joiner.signal.abort();
      };

      for (const each of steps) {
        if (each.kind === 'join') {
          const isUnderWay = open().some(({ key }) => key === each.key);
          const isReplaced = joiners.some(({ key, isFresh }) => key === each.key && isFresh);
          const before = calls.length;
          join(each.key, each.isFresh);
          if (!isReplaced || each.isFresh) expect(calls.length - before).toBe(isUnderWay && !each.isFresh ? 0 : 1);
        } else if (each.kind === 'leave')
          waiting()
            .slice(each.which % 5)
            .slice(0, 1)
            .forEach(abort);
        else
          open()
            .slice(each.which % 3)
            .slice(0, 1)
            .forEach(({ settle }) => settle(each.how));
        await new Promise((resolve) => setImmediate(resolve));
        for (const made of open()) expect(waiting().map(({ key }) => key)).toContain(made.key);
        for (const key of KEYS) expect(countSharedCalls(open(), joiners, key)).toBeLessThanOrEqual(1);
      }
      while (waiting().length > 0) {
        open().forEach(({ settle }) => settle('answered'));
        await new Promise((resolve) => setImmediate(resolve));
      }
      joiners.forEach((joiner) => expectOwnEnd(joiner, calls));
    }),
    { numRuns: 500 },
  );
});

/** The number of open calls, without one for each joiner that demanded a fresh call. */
function countSharedCalls(open: readonly Call[], joiners: readonly Joiner[], key: string): number {
  const fresh = joiners.filter((joiner) => joiner.key === key && joiner.isFresh).length;
  return open.filter((call) => call.key === key).length - fresh;
}

function expectOwnEnd({ key, isFresh, joinedAt, isCancelled, signal, end }: Joiner, calls: readonly Call[]): void {
  expect(signal.listeners()).toBe(0);
  if (end !== null && 'call' in end) {
    expect(end.call.key).toBe(key);
    if (isFresh) expect(end.call.startedAt).toBeGreaterThan(joinedAt);
    return;
  }
  const error = end?.error;
  if (error === GONE) {
    expect(isCancelled).toBe(true);
    return;
  }
  const [how, sinceJoined] =
    error instanceof ReportError && error.code === 'UPSTREAM_TIMEOUT' ? ['timed out', joinedAt] : ['failed', 0];
  expect(calls.some((call) => call.key === key && call.end === how && call.startedAt > sinceJoined)).toBe(true);
}
