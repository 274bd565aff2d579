import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import type { Clock } from '../domain/clock.ts';
import { untilNextTurn } from '../domain/next-turn.ts';
import { createBudgets, type Budget } from './budget.ts';
import type { ErrorResponse } from './error-response.ts';

/** Limits the CPU time of each caller: the time in which the event loop works for it and can serve nobody else. */
export interface CpuShare {
  /** In how many milliseconds this caller may use the CPU again; 0 if it may now. */
  waitMs(principal: string): number;
  /**
   * Resolves with the same when the caller may begin work: at once, or if it has begun some in this turn of the event loop, in a later one.
   * Otherwise its requests that arrive together would hold up everyone else for the sum of their times.
   */
  takeTurn(principal: string): Promise<number>;
  /**
   * Runs the work, and charges it to the caller with everything that it causes, now and later. Returns 0 then. If the caller's requests
   * in progress may use up its share, it runs nothing, and returns in how many milliseconds to try again. `onEnd` calls its listener
   * when the work has ended.
   */
  run(principal: string, onEnd: (listener: () => void) => void, work: () => void): number;
  /** Runs the work, and charges it to the caller, even if its share is used up. */
  charge(principal: string, work: () => void): void;
  /** Measures nothing any more. */
  close(): void;
}

export interface CpuShareOptions {
  /** Seconds of CPU time per second and caller, such as 0.25; 0 for no limit. */
  readonly share: number;
  /** Callers regain their share in monotonic time. */
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** CPU time of the process so far, in milliseconds; null if it is not known. */
  readonly cpuTimeMs: (() => number) | null;
}

/** After a quiet time, a caller may use its share of this many seconds at once. */
const BURST_SECONDS = 2;
/** What the first request of a caller is expected to need. */
const FIRST_EXPECTED_MS = 5;
/** By this part of the difference, a cheaper request makes the next one expected to be cheaper. A more expensive one counts at once. */
const EXPECTATION_DECAY = 0.1;
/** A request that takes longer waits for something else, and a subscription may never end. */
const MAX_EXPECTED_FOR_MS = 2_000;

/** What the requests of a caller that have begun will still need. */
interface Expectation {
  running: number;
  /** CPU time per request. */
  milliseconds: number;
}

/** Null if there is no limit: then nothing is measured. */
export function createCpuShare({ share, clock, cpuTimeMs }: CpuShareOptions): CpuShare | null {
  if (share === 0) return null;
  const budgetOf = createBudgets({ perSecond: share * 1_000, burstSeconds: BURST_SECONDS, now: clock.monotonic });
  const expectations = new WeakMap<Budget, Expectation>();
  const turns = new WeakMap<Budget, Promise<void>>();
  const meter = createMeter(cpuTimeMs === null ? () => 1 : createCpuRatio(cpuTimeMs));
  return {
    waitMs: (principal) => budgetOf(principal).waitMs(),
    async takeTurn(principal) {
      const budget = budgetOf(principal);
      const before = turns.get(budget);
      const next = before === undefined ? untilNextTurn() : before.then(untilNextTurn);
      turns.set(budget, next);
      void next.then(() => turns.get(budget) === next && turns.delete(budget));
      await before;
      return budget.waitMs();
    },
    run(principal, onEnd, work) {
      const budget = budgetOf(principal);
      const expected = expectations.get(budget) ?? { running: 0, milliseconds: FIRST_EXPECTED_MS };
      const waitMs = budget.waitMs(expected.running * expected.milliseconds);
      if (waitMs > 0) return waitMs;
      expectations.set(budget, expected);
      expected.running += 1;
      let spentMs = 0;
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        cancel();
        expected.running -= 1;
        const cheaper = expected.milliseconds + (spentMs - expected.milliseconds) * EXPECTATION_DECAY;
        expected.milliseconds = Math.max(spentMs, cheaper);
      };
      const cancel = clock.after(MAX_EXPECTED_FOR_MS, end);
      onEnd(end);
      const charge = (milliseconds: number): void => {
        spentMs += milliseconds;
        budget.spend(milliseconds);
      };
      meter.run(charge, work);
      return 0;
    },
    charge: (principal, work) => meter.run(budgetOf(principal).spend, work),
    close: meter.close,
  };
}

/** Returns the error for a caller that has used up its share. */
export function toCpuShareUsedUp(waitMs: number): ErrorResponse {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return {
    status: 429,
    code: 'CPU_SHARE_USED_UP',
    message: `Your requests have used up your share of this server's CPU time. Send the next one after ${retryAfterSeconds} s, and ask for fewer rows at once.`,
    retryAfterSeconds,
  };
}

type Charge = (milliseconds: number) => void;

interface Meter {
  /** Calls `charge` with the milliseconds of each step of the work. */
  run(charge: Charge, work: () => void): void;
  close(): void;
}

/** How often the CPU time of the process is read: reading it takes longer than most steps do. */
const SAMPLE_MS = 50;

/**
 * Returns which part of its active time the event loop really ran lately, from 0 to 1. It is less if other programs, or other threads of
 * this one, took the CPU meanwhile.
 */
function createCpuRatio(cpuTimeMs: () => number): (nowMs: number) => number {
  let sampledAtMs = -Infinity;
  let cpuMs = 0;
  let activeMs = 0;
  let ratio = 1;
  return (nowMs) => {
    if (nowMs - sampledAtMs < SAMPLE_MS) return ratio;
    const [cpuBeforeMs, activeBeforeMs] = [cpuMs, activeMs];
    cpuMs = cpuTimeMs();
    activeMs = performance.eventLoopUtilization().active;
    if (sampledAtMs !== -Infinity && activeMs > activeBeforeMs) {
      ratio = Math.min(1, (cpuMs - cpuBeforeMs) / (activeMs - activeBeforeMs));
    }
    sampledAtMs = nowMs;
    return ratio;
  };
}

/**
 * Measures the time in which callbacks run, by the work in whose context they were created. The hooks make every asynchronous step of
 * the process more expensive.
 */
function createMeter(toRatio: (nowMs: number) => number): Meter {
  const contexts = new AsyncLocalStorage<Charge>();
  /** Callbacks can run inside others. */
  const outer: (Charge | undefined)[] = [];
  let current: Charge | undefined;
  let sinceMs = 0;

  const switchTo = (charge: Charge | undefined): void => {
    if (charge === current) return;
    const nowMs = performance.now();
    current?.((nowMs - sinceMs) * toRatio(nowMs));
    current = charge;
    sinceMs = nowMs;
  };
  const hook = createHook({
    before() {
      outer.push(current);
      switchTo(contexts.getStore());
    },
    after: () => switchTo(outer.pop()),
  }).enable();

  return {
    run(charge, work) {
      const before = current;
      switchTo(charge);
      try {
        contexts.run(charge, work);
      } finally {
        switchTo(before);
      }
    },
    close() {
      hook.disable();
      contexts.disable();
    },
  };
}
