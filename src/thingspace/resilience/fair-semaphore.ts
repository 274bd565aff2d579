import type { Turn } from '../turn.ts';
import { createTurnQueue, type Waiter } from './turn-queue.ts';

/** Limits how many calls run at once. Principals that wait take turns, then their accounts, then the keys of each. */
export interface FairSemaphore {
  /** Takes a permit, and waits for one if none is free. Throws the signal's reason if it aborts while waiting. */
  acquire(turn: Turn, signal: AbortSignal): Promise<void>;
  /** Returns a permit. */
  release(): void;
}

/** Creates a semaphore with this many permits. Each free permit goes to the principal that has waited longest for its turn. */
export function createFairSemaphore(permits: number): FairSemaphore {
  let free = permits;
  const queue = createTurnQueue();

  const wait = (turn: Turn, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        turn.join = null;
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        stop();
        queue.remove(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        turn,
        enter: () => {
          stop();
          resolve();
        },
      };
      turn.join = (taker) => queue.join(waiter, taker);
      signal.addEventListener('abort', onAbort, { once: true });
      queue.add(waiter);
      turn.onWait();
    });

  return {
    async acquire(turn, signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(turn, signal);
    },
    release() {
      const next = queue.next();
      if (next === null) free += 1;
      else next.enter();
    },
  };
}

/** A semaphore without a limit. */
export const UNLIMITED: FairSemaphore = { acquire: () => Promise.resolve(), release: () => undefined };
