import type { Clock } from '../domain/clock.ts';
import { createBudgets, NO_BUDGET, type Budgets } from '../http/budget.ts';

/** Lets the events of each caller's subscriptions be computed one after the other, at the pace that its budget and its clients allow. */
export interface EventTurns {
  /**
   * Waits until an event of this principal may be computed; at once if the signal aborts. Whoever waits meanwhile
   * takes the newest state then, so a later event replaces an earlier one. Events that may wait for upstream calls have turns beside the
   * others, several at once.
   */
  begin(principal: string, kind: EventKind, signal: AbortSignal): Promise<EventTurn>;
}

export type EventKind = 'local' | 'upstream';

/** A turn that has begun. */
export interface EventTurn {
  /**
   * Ends the turn. `cost` is charged to the budget; `bytes` are those that have to be sent. Call the returned function when the client
   * has taken them, or is gone.
   */
  end(cost: number, bytes: number): () => void;
}

export interface EventTurnsOptions {
  /** In bytes of events, by principal. */
  readonly budgetOf: Budgets;
  /** In how many milliseconds the principal may use the CPU again; 0 if it may now. */
  readonly pauseMs: (principal: string) => number;
  readonly after: Clock['after'];
}

/** Events of a caller that may wait for upstream calls at once. */
const MAX_UPSTREAM_EVENTS = 8;
/** While a caller's clients have not taken this many bytes, no further event is computed for it. */
const MAX_UNSENT_BYTES = 16 * 2 ** 20;

/** The events of one principal. It exists while one is computed, waits or is unsent. */
interface Line {
  readonly principal: string;
  readonly lanes: Readonly<Record<EventKind, Lane>>;
  unsentBytes: number;
  cancelPause: (() => void) | null;
}

interface Lane {
  readonly maxRunning: number;
  readonly waiting: Set<() => void>;
  running: number;
}

/** Creates turns. Between two events of a caller the event loop serves others. */
export function createEventTurns({ budgetOf, pauseMs, after }: EventTurnsOptions): EventTurns {
  const lines = new Map<string, Line>();

  const open = (principal: string): Line => {
    const lanes = { local: createLane(1), upstream: createLane(MAX_UPSTREAM_EVENTS) };
    const line = lines.get(principal) ?? { principal, lanes, unsentBytes: 0, cancelPause: null };
    lines.set(principal, line);
    return line;
  };
  const closeIfEmpty = (line: Line): void => {
    const isBusy = Object.values(line.lanes).some(({ running, waiting }) => running > 0 || waiting.size > 0);
    if (isBusy || line.unsentBytes > 0) return;
    line.cancelPause?.();
    lines.delete(line.principal);
  };
  const advance = (line: Line): void => {
    for (const lane of Object.values(line.lanes)) while (mayStart(line, lane)) start(lane);
  };
  const mayStart = (line: Line, lane: Lane): boolean => {
    const { principal } = line;
    if (lane.waiting.size === 0 || lane.running >= lane.maxRunning || line.cancelPause !== null) return false;
    if (line.unsentBytes >= MAX_UNSENT_BYTES) return false;
    const pause = Math.max(budgetOf(principal).waitMs(), pauseMs(principal));
    if (pause > 0) line.cancelPause = after(pause, () => resume(line));
    return pause === 0;
  };
  const resume = (line: Line): void => {
    line.cancelPause?.();
    line.cancelPause = null;
    advance(line);
  };
  const end = (line: Line, lane: Lane, cost: number, bytes: number): (() => void) => {
    budgetOf(line.principal).spend(cost);
    line.unsentBytes += bytes;
    lane.running -= 1;
    if (lane.waiting.size > 0) setImmediate(() => advance(line));
    else closeIfEmpty(line);
    let left = bytes;
    return () => {
      if (left === 0) return;
      line.unsentBytes -= left;
      left = 0;
      advance(line);
      closeIfEmpty(line);
    };
  };

  return {
    begin(principal, kind, signal) {
      if (signal.aborted) return Promise.resolve(NO_TURN);
      const line = open(principal);
      const lane = line.lanes[kind];
      return new Promise((resolve) => {
        const onAbort = (): void => {
          lane.waiting.delete(enter);
          closeIfEmpty(line);
          resolve(NO_TURN);
        };
        const enter = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve({ end: (cost, bytes) => end(line, lane, cost, bytes) });
        };
        signal.addEventListener('abort', onAbort, { once: true });
        lane.waiting.add(enter);
        advance(line);
      });
    },
  };
}

function createLane(maxRunning: number): Lane {
  return { maxRunning, waiting: new Set(), running: 0 };
}

function start(lane: Lane): void {
  const [first] = lane.waiting;
  if (first === undefined) return;
  lane.running += 1;
  lane.waiting.delete(first);
  first();
}

/** After a quiet time, a caller's subscriptions may get the events of this many seconds at once. */
const BURST_SECONDS = 2;

/** Creates the budgets of the events of all callers, in bytes per second; 0 for no limit. */
export function createSubscriptionBudgets(bytesPerSecond: number, now: () => number): Budgets {
  if (bytesPerSecond === 0) return () => NO_BUDGET;
  return createBudgets({ perSecond: bytesPerSecond, burstSeconds: BURST_SECONDS, now });
}

const nothing = (): void => undefined;

/** A turn of an event that does not count. */
export const NO_TURN: EventTurn = { end: () => nothing };

/** Turns that come at once. */
export const AT_ONCE: EventTurns = { begin: () => Promise.resolve(NO_TURN) };
