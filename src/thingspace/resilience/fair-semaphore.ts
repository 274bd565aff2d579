/** Lets a bounded number of calls through at once, and takes turns between those who ask for many. */
export interface FairSemaphore {
  /** Waits for a place and runs the work in it. Throws the signal's reason where that comes before the place. */
  run<T>(key: object, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly enter: () => void;
}

/** A gate of so many places; each free one goes to the owner that has waited longest for its turn. */
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
    // A turn taken: whoever still waits for more goes to the end.
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
  const acquire = (key: object, signal: AbortSignal): Promise<void> =>
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
    async run(key, signal, work) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await acquire(key, signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}

/** Lets everyone through. */
export const UNLIMITED: FairSemaphore = { run: (_key, _signal, work) => work() };
