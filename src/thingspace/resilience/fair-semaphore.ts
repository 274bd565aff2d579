/** Limits how many calls run at once, and lets the keys that wait take turns. */
export interface FairSemaphore {
  /** Takes a permit, and waits for one if none is free. Throws the signal's reason if it aborts while waiting. */
  acquire(key: object, signal: AbortSignal): Promise<void>;
  /** Returns a permit. */
  release(): void;
}

interface Waiter {
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
    forget(key, waiter);
    // This key has had its turn. If more calls wait with it, it goes to the end of the queue.
    if (waiters.size > 0) {
      waitingByKey.delete(key);
      waitingByKey.set(key, waiters);
    }
    waiter?.enter();
  };
  const forget = (key: object, waiter: Waiter | undefined): void => {
    const waiters = waitingByKey.get(key);
    if (waiters === undefined || waiter === undefined) return;
    waiters.delete(waiter);
    if (waiters.size === 0) waitingByKey.delete(key);
  };
  const wait = (key: object, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        forget(key, waiter);
        reject(signal.reason as Error);
      };
      const waiter = {
        enter: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const waiters = waitingByKey.get(key);
      if (waiters === undefined) waitingByKey.set(key, new Set([waiter]));
      else waiters.add(waiter);
    });

  return {
    async acquire(key, signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(key, signal);
    },
    release,
  };
}

/** A semaphore without a limit. */
export const UNLIMITED: FairSemaphore = { acquire: () => Promise.resolve(), release: () => undefined };
