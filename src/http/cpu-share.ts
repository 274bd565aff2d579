import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { createBudgets, type Budget } from './budget.ts';
import type { ErrorResponse } from './error-response.ts';

/** Limits the CPU time of each caller: the time in which the event loop works for it and can serve nobody else. */
export interface CpuShare {
  /** In how many milliseconds this caller may use the CPU again; 0 if it may now. */
  waitMs(principal: string): number;
  /** Runs the work, and charges it to the caller with everything that it causes, now and later. */
  charge(principal: string, work: () => void): void;
  /** Measures nothing any more. */
  close(): void;
}

export interface CpuShareOptions {
  /** Seconds of CPU time per second and caller, such as 0.25; 0 for no limit. */
  readonly share: number;
  /** Monotonic time in milliseconds, in which callers regain their share. */
  readonly now: () => number;
  /** CPU time of the process so far, in milliseconds; null if it is not known. */
  readonly cpuTimeMs: (() => number) | null;
}

/** After a quiet time, a caller may use its share of this many seconds at once. */
const BURST_SECONDS = 10;

/** Null if there is no limit: then nothing is measured. */
export function createCpuShare({ share, now, cpuTimeMs }: CpuShareOptions): CpuShare | null {
  if (share === 0) return null;
  const budgetOf = createBudgets({ perSecond: share * 1_000, burstSeconds: BURST_SECONDS, now });
  const meter = createMeter(cpuTimeMs === null ? () => 1 : createCpuRatio(cpuTimeMs));
  return {
    waitMs: (principal) => budgetOf(principal).waitMs(),
    charge: (principal, work) => meter.run(budgetOf(principal), work),
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

interface Meter {
  run(budget: Budget, work: () => void): void;
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
 * Measures the time in which callbacks run, by the budget in whose context they were created. The hooks make every asynchronous step of
 * the process more expensive.
 */
function createMeter(toRatio: (nowMs: number) => number): Meter {
  const contexts = new AsyncLocalStorage<Budget>();
  /** Callbacks can run inside others. */
  const outer: (Budget | undefined)[] = [];
  let current: Budget | undefined;
  let sinceMs = 0;

  const switchTo = (budget: Budget | undefined): void => {
    if (budget === current) return;
    const nowMs = performance.now();
    current?.spend((nowMs - sinceMs) * toRatio(nowMs));
    current = budget;
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
    run(budget, work) {
      const before = current;
      switchTo(budget);
      try {
        contexts.run(budget, work);
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
