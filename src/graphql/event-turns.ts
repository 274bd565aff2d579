import type { Clock } from '../domain/clock.ts';
import { createBudgets, NO_BUDGET, type Budgets } from '../http/budget.ts';

/** Lets the events of each caller's subscriptions be computed one after the other, at the pace that its budget allows. */
export interface EventTurns {
  /**
   * Waits until an event of this principal may be computed; at once if the signal aborts or `close` was called. Whoever waits meanwhile
   * takes the newest state then, so a later event replaces an earlier one. Call the returned function with the bytes of the event.
   */
  begin(principal: string, signal: AbortSignal): Promise<(bytes: number) => void>;
  /** Lets everyone who waits go on, because the server stops. */
  close(): void;
}

export interface EventTurnsOptions {
  /** In bytes of events, by principal. */
  readonly budgetOf: Budgets;
  /** In how many milliseconds the principal may use the CPU again; 0 if it may now. */
  readonly pauseMs: (principal: string) => number;
  readonly after: Clock['after'];
}

/** The events of one principal. It exists while one is computed or waits. */
interface Line {
  readonly principal: string;
  readonly waiting: Set<() => void>;
  isBusy: boolean;
  cancelPause: (() => void) | null;
}

/** Creates turns. Between two events of a caller the event loop serves others. */
export function createEventTurns({ budgetOf, pauseMs, after }: EventTurnsOptions): EventTurns {
  const lines = new Map<string, Line>();
  let isClosed = false;

  const open = (principal: string): Line => {
    const line = lines.get(principal) ?? { principal, waiting: new Set(), isBusy: false, cancelPause: null };
    lines.set(principal, line);
    return line;
  };
  const closeIfEmpty = (line: Line): void => {
    if (line.isBusy || line.waiting.size > 0) return;
    line.cancelPause?.();
    lines.delete(line.principal);
  };
  const advance = (line: Line): void => {
    const { principal, waiting } = line;
    const [first] = waiting;
    if (line.isBusy || line.cancelPause !== null || first === undefined) return;
    const pause = isClosed ? 0 : Math.max(budgetOf(principal).waitMs(), pauseMs(principal));
    if (pause > 0) {
      line.cancelPause = after(pause, () => resume(line));
      return;
    }
    line.isBusy = true;
    waiting.delete(first);
    first();
  };
  const resume = (line: Line): void => {
    line.cancelPause?.();
    line.cancelPause = null;
    advance(line);
  };
  const end = (line: Line, bytes: number): void => {
    budgetOf(line.principal).spend(bytes);
    line.isBusy = false;
    if (line.waiting.size > 0) setImmediate(() => advance(line));
    else closeIfEmpty(line);
  };

  return {
    begin(principal, signal) {
      if (signal.aborted) return Promise.resolve(ignore);
      const line = open(principal);
      return new Promise((resolve) => {
        const onAbort = (): void => {
          line.waiting.delete(enter);
          closeIfEmpty(line);
          resolve(ignore);
        };
        const enter = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve((bytes) => end(line, bytes));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        line.waiting.add(enter);
        advance(line);
      });
    },
    close() {
      isClosed = true;
      for (const line of [...lines.values()]) resume(line);
    },
  };
}

/** After a quiet time, a caller's subscriptions may get the events of this many seconds at once. */
const BURST_SECONDS = 2;

/** Creates the budgets of the events of all callers, in bytes per second; 0 for no limit. */
export function createSubscriptionBudgets(bytesPerSecond: number, now: () => number): Budgets {
  if (bytesPerSecond === 0) return () => NO_BUDGET;
  return createBudgets({ perSecond: bytesPerSecond, burstSeconds: BURST_SECONDS, now });
}

/** Turns that come at once. */
export const AT_ONCE: EventTurns = { begin: () => Promise.resolve(ignore), close: () => undefined };

/** Ends a turn that was not needed any more. */
function ignore(): void {
  return undefined;
}
