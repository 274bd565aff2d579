import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import { runForCaller } from '../turns/callers-turn.ts';
import { untilNextTurn } from '../turns/next-turn.ts';
import { createBudgets, type Budget } from './budget.ts';
import { createCpuMeter, type Charge } from './cpu-meter.ts';
import type { ErrorResponse } from './error-response.ts';

/** Limits the CPU time of each caller: the time in which the event loop works for it and can serve nobody else. */
export interface CpuShare {
  /** In how many milliseconds this caller may use the CPU again; 0 if it may now. */
  waitMs(principal: string): number;
  /**
   * Resolves with the same when the caller may begin work: in a turn of the event loop in which it has begun none yet, and after the event
   * loop was free for others for as long as it worked for the caller since that last began some. Otherwise requests that arrive
   * together would hold up everyone else for the sum of their times. Work goes on in the same way wherever it pauses.
   */
  readonly takeTurn: TakeCpuTurn;
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

/** Waits until the caller may begin work. Resolves with the milliseconds in which to try again; 0 if it may begin. */
export type TakeCpuTurn = (principal: string) => Promise<number>;

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

/** The longest pause before a request begins or goes on. */
const MAX_PAUSE_MS = 1_000;

/** Returns for how long the event loop has to be free for others after it has worked for a caller for so long. */
type ToPauseMs = (workedMs: number) => number;

/** The work of a caller. */
interface Work {
  /** Its requests that have begun and not ended. */
  running: number;
  /** The CPU time that each of them is expected to need. */
  expectedMs: number;
  /** All CPU time that it has used. */
  spentMs: number;
  /** When it last began a request, and `spentMs` at that time. */
  begunAtMs: number;
  spentBeforeMs: number;
  /** Resolves when the next request may begin; null if nothing has begun in this turn of the event loop. */
  turn: Promise<void> | null;
}

/** Null if there is no limit: then nothing is measured. */
export function createCpuShare({ share, clock, cpuTimeMs }: CpuShareOptions): CpuShare | null {
  if (share === 0) return null;
  const budgetOf = createBudgets({ perSecond: share * 1_000, burstSeconds: BURST_SECONDS, now: clock.monotonic });
  const works = new WeakMap<Budget, Work>();
  const meter = createCpuMeter(cpuTimeMs);
  const workOf = (budget: Budget): Work => {
    const work = works.get(budget) ?? createWork();
    works.set(budget, work);
    return work;
  };
  /** What has begun goes on when the share is used up, but no faster than it is regained. */
  const pauseOf = (budget: Budget): ToPauseMs => {
    return (workedMs) => (budget.waitMs() > 0 ? workedMs / share - workedMs : workedMs);
  };
  const runFor = (budget: Budget, run: () => void, alsoCharge: Charge): void => {
    const work = workOf(budget);
    const charge = (milliseconds: number): void => {
      work.spentMs += milliseconds;
      budget.spend(milliseconds);
      alsoCharge(milliseconds);
    };
    meter.run(charge, () => runForCaller(() => waitInLine(work, pauseOf(budget)), run));
  };
  return {
    waitMs: (principal) => budgetOf(principal).waitMs(),
    async takeTurn(principal) {
      const budget = budgetOf(principal);
      const waitMs = budget.waitMs();
      if (waitMs > 0) return waitMs;
      await waitInLine(workOf(budget), pauseOf(budget));
      return budget.waitMs();
    },
    run(principal, onEnd, run) {
      const budget = budgetOf(principal);
      const work = workOf(budget);
      const waitMs = budget.waitMs(work.running * work.expectedMs);
      if (waitMs > 0) return waitMs;
      work.running += 1;
      let spentMs = 0;
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        cancel();
        work.running -= 1;
        work.expectedMs = Math.max(spentMs, work.expectedMs + (spentMs - work.expectedMs) * EXPECTATION_DECAY);
      };
      const cancel = clock.after(MAX_EXPECTED_FOR_MS, end);
      onEnd(end);
      runFor(budget, run, (milliseconds) => {
        spentMs += milliseconds;
      });
      return 0;
    },
    charge: (principal, run) => runFor(budgetOf(principal), run, () => undefined),
    close: meter.close,
  };
}

function createWork(): Work {
  return { running: 0, expectedMs: FIRST_EXPECTED_MS, spentMs: 0, begunAtMs: -Infinity, spentBeforeMs: 0, turn: null };
}

/** Resolves when the caller may begin or go on: after whatever else of it waits already. */
async function waitInLine(work: Work, toPauseMs: ToPauseMs): Promise<void> {
  const before = work.turn;
  const begun = before === null ? begin(work, toPauseMs) : before.then(() => begin(work, toPauseMs));
  const turn = Promise.resolve(begun).then(untilNextTurn);
  work.turn = turn;
  void turn.then(() => work.turn === turn && (work.turn = null));
  await begun;
}

/** Begins at once, or after a pause. The time is that of the event loop, which no test sets. */
function begin(work: Work, toPauseMs: ToPauseMs): Promise<void> | undefined {
  const workedMs = work.spentMs - work.spentBeforeMs;
  const pauseMs = Math.min(MAX_PAUSE_MS, work.begunAtMs + workedMs + toPauseMs(workedMs) - performance.now());
  const noteBegin = (): void => {
    work.begunAtMs = performance.now();
    work.spentBeforeMs = work.spentMs;
  };
  if (pauseMs >= 1) return pause(pauseMs).then(noteBegin);
  noteBegin();
  return undefined;
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
