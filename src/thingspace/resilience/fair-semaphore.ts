/** Lets a bounded number of calls through at once, and takes turns between those who ask for many. */
export interface Gate {
  /** Waits for a place and runs the work in it. Throws the signal's reason where that comes before the place. */
  run<T>(owner: object, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly enter: () => void;
}

/** A gate of so many places; each free one goes to the owner that has waited longest for its turn. */
export function createGate(places: number): Gate {
  let free = places;
  const waiting = new Map<object, Set<Waiter>>();

  const admitNext = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    const [owner, waiters] = next;
    const [waiter] = waiters;
    forget(owner, waiter);
    // A turn taken: whoever still waits for more goes to the end.
    if (waiters.size > 0) {
      waiting.delete(owner);
      waiting.set(owner, waiters);
    }
    waiter?.enter();
  };
  const forget = (owner: object, waiter: Waiter | undefined): void => {
    const waiters = waiting.get(owner);
    if (waiters === undefined || waiter === undefined) return;
    waiters.delete(waiter);
    if (waiters.size === 0) waiting.delete(owner);
  };
  const waitForPlace = (owner: object, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        forget(owner, waiter);
        reject(signal.reason as Error);
      };
      const waiter = {
        enter: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const waiters = waiting.get(owner);
      if (waiters === undefined) waiting.set(owner, new Set([waiter]));
      else waiters.add(waiter);
    });

  return {
    async run(owner, signal, work) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await waitForPlace(owner, signal);
      try {
        return await work();
      } finally {
        admitNext();
      }
    },
  };
}

/** Lets everyone through. */
export const OPEN_GATE: Gate = { run: (_owner, _signal, work) => work() };
