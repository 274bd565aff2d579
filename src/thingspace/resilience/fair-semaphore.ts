import type { Turn } from '../turn.ts';
import { ALL_SLOTS, type AccountSlots } from './account-slots.ts';
import { createTurnQueue, type Waiter } from './turn-queue.ts';

/** Limits how many calls run at once. Principals that wait take turns, then their accounts, then the keys of each. */
export interface FairSemaphore {
  /** Takes a permit, and waits for one if none is free. Throws the signal's reason if it aborts while waiting. */
  acquire(turn: Turn, signal: AbortSignal): Promise<void>;
  /** Returns the permit of this turn. */
  release(turn: Turn): void;
  /** Lets those enter who wait and now may, because the slots allow more than before. */
  admit(): void;
  /** How many permits are taken now, and how many calls wait for one. */
  load(): SemaphoreLoad;
}

export interface SemaphoreLoad {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Creates a semaphore with this many permits. Each free permit goes to the principal that has waited longest for its turn and has a call
 * of an account that may run one.
 */
export function createFairSemaphore(permits: number, slots: AccountSlots = ALL_SLOTS): FairSemaphore {
  let free = permits;
  const queue = createTurnQueue();
  const mayRun = (accountNumber: string): boolean => slots.mayRun(accountNumber, free);
  const take = ({ accountNumber }: Turn): void => {
    free -= 1;
    slots.begin(accountNumber);
  };

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

  const admit = (): void => {
    for (let next = queue.next(mayRun); next !== null; next = queue.next(mayRun)) {
      take(next.turn);
      next.enter();
    }
  };

  return {
    async acquire(turn, signal) {
      signal.throwIfAborted();
      if (slots.mayRun(turn.accountNumber, free)) take(turn);
      else await wait(turn, signal);
    },
    release({ accountNumber }) {
      slots.end(accountNumber);
      free += 1;
      admit();
    },
    admit,
    load: () => ({ running: permits - free, waiting: queue.size() }),
  };
}

/** A semaphore without a limit. */
export const UNLIMITED: FairSemaphore = {
  acquire: () => Promise.resolve(),
  release: () => undefined,
  admit: () => undefined,
  load: () => ({ running: 0, waiting: 0 }),
};
