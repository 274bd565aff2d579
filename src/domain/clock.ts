/** Time and randomness, passed in so that tests control both. */
export interface Clock {
  /** The time of day, in epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds since an arbitrary moment. They never decrease, even if the time of day is set back. */
  readonly monotonic: () => number;
  /** Resolves after that many milliseconds; rejects with the signal's reason if the signal aborts first. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Runs the work after that many milliseconds; returns a function that cancels it. */
  readonly after: (milliseconds: number, work: () => void) => () => void;
  /** A number from 0 to just below 1. */
  readonly random: () => number;
}

const after: Clock['after'] = (milliseconds, work) => {
  const timer = setTimeout(work, milliseconds);
  return () => clearTimeout(timer);
};

/** The clock of this machine. */
export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  after,
  wait: createWait(after),
};

/** Creates a `wait` built on `after`. */
export function createWait(start: Clock['after']): Clock['wait'] {
  return (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      const cancel = start(milliseconds, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      signal.addEventListener('abort', stop, { once: true });
    });
}

/** Node.js fires a longer timer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Runs the work once a time of day (epoch milliseconds) has come; returns a function that cancels it. */
export function afterMoment(atMs: number, { now, after }: Pick<Clock, 'now' | 'after'>, work: () => void): () => void {
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel = after(Math.min(Math.max(0, atMs - now()), MAX_TIMER_MS), () => (now() < atMs ? wait() : work()));
  };
  wait();
  return () => cancel();
}
