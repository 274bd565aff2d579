/** Time and chance, passed in so that tests decide both. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds since some moment of its own: they only grow, however the time of day is set. */
  readonly monotonic: () => number;
  /** Resolves after so many milliseconds; rejects with the signal's reason where that comes first. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Runs the work after so many milliseconds, unless it is called off by what this returns. */
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** From 0 to just below 1. */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  after: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      signal.addEventListener('abort', stop, { once: true });
    }),
};
