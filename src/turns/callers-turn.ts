// A file of its own: whatever limits CPU time sets how long work waits, and whatever works for callers waits.
import { AsyncLocalStorage } from 'node:async_hooks';
import { untilNextTurn } from './next-turn.ts';

const waits = new AsyncLocalStorage<() => Promise<void>>();

/** Runs work for a caller. Wherever it pauses by `untilCallersTurn`, it goes on when `wait` has resolved. */
export function runForCaller(wait: () => Promise<void>, work: () => void): void {
  waits.run(wait, work);
}

/**
 * Resolves in a later turn of the event loop, when the caller for whom this runs may use the CPU again; without a limit of CPU time, in the
 * next one. Do not wait for it with what others need, such as a transaction.
 */
export async function untilCallersTurn(): Promise<void> {
  await untilNextTurn();
  await waits.getStore()?.();
}
