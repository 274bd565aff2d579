import type { LoopDelay } from '../world/probe-messages.ts';

/** What other work on the machine adds. */
const TOLERANCE_MS = { medianMs: 5, p99Ms: 50 };
const MAX_FACTOR = 2;

/** Describes how the event loop is slower at the end of a load than at its beginning; empty if it is not. */
export function findSlowing(early: LoopDelay, late: LoopDelay): string[] {
  const names: readonly (keyof LoopDelay)[] = ['medianMs', 'p99Ms'];
  return names
    .filter((name) => late[name] > Math.max(early[name] * MAX_FACTOR, early[name] + TOLERANCE_MS[name]))
    .map(
      (name) => `the delay of the event loop (${name}) grew from ${early[name].toFixed(1)} to ${late[name].toFixed(1)}`,
    );
}
