import type { Turn } from '../turn.ts';

/** Limits how many calls run at once, and lets the keys that wait take turns. */
export interface FairSemaphore {
  /** Takes a permit, and waits for one if none is free. Throws the signal's reason if it aborts while waiting. */
  acquire(turn: Turn, signal: AbortSignal): Promise<void>;
  /** Returns a permit. */
  release(): void;
}

interface Waiter {
  readonly turn: Turn;
  readonly enter: () => void;
}

/** Creates a semaphore with this many permits. Each free permit goes to the key that has waited longest for its turn. */
export function createFairSemaphore(permits: number): FairSemaphore {
  let free = permits;
  const waitingByKey = new Map<object, Set<Waiter>>();

  const release = (): void => {
    const [next] = waitingByKey;
    if (next === undefined) {
      free += 1;
      return;
    }
    const [key, waiters] = next;
    const [waiter] = waiters;
    if (waiter !== undefined) remove(waiter);
    // This key has had its turn. If more calls wait with it, it goes to the end of the queue.
    if (waiters.size > 0) {
      waitingByKey.delete(key);
      waitingByKey.set(key, waiters);
    }
    waiter?.enter();
  };
  const add = (waiter: Waiter): void => {
    const waiters = waitingByKey.get(waiter.turn.key);
    if (waiters === undefined) waitingByKey.set(waiter.turn.key, new Set([waiter]));
    else waiters.add(waiter);
  };
  const remove = (waiter: Waiter): void => {
    const { key } = waiter.turn;
    const waiters = waitingByKey.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) waitingByKey.delete(key);
  };
  /** The first of a key has waited longer for its turn than any other key would have to. The others wait for one turn of it each. */
  const changeKey = (waiter: Waiter, key: object): boolean => {
    const waiters = waitingByKey.get(waiter.turn.key);
    const [first] = waiters ?? [];
    if (waiters === undefined || first === waiter) return false;
    if ((waitingByKey.get(key)?.size ?? 0) + 1 >= waiters.size) return false;
    remove(waiter);
    waiter.turn.key = key;
    add(waiter);
    return true;
  };
  const wait = (turn: Turn, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        turn.changeKey = null;
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        stop();
        remove(waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        turn,
        enter: () => {
          stop();
          resolve();
        },
      };
      turn.changeKey = (key) => changeKey(waiter, key);
      signal.addEventListener('abort', onAbort, { once: true });
      add(waiter);
    });

  return {
    async acquire(turn, signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(turn, signal);
    },
    release,
  };
}

/** A semaphore without a limit. */
export const UNLIMITED: FairSemaphore = { acquire: () => Promise.resolve(), release: () => undefined };
