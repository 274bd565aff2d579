import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

/** Adds CPU time to what a caller has used. */
export type Charge = (milliseconds: number) => void;

/** Measures the CPU time of each caller's work. */
export interface CpuMeter {
  /** Calls `charge` with the milliseconds of each step of the work. */
  run(charge: Charge, work: () => void): void;
  /** Measures nothing any more. */
  close(): void;
}

/** How often the CPU time of the process is read: reading it takes longer than most steps do. */
const SAMPLE_MS = 50;

/**
 * Measures the time in which callbacks run, by the work in whose context they were created. The hooks make every asynchronous step of
 * the process more expensive. `cpuTimeMs` returns the CPU time of the process so far, in milliseconds; null if it is not known.
 */
export function createCpuMeter(cpuTimeMs: (() => number) | null): CpuMeter {
  const toRatio = cpuTimeMs === null ? () => 1 : createCpuRatio(cpuTimeMs);
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
