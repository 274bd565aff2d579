import type { Clock } from '../domain/clock.ts';

/** The value is asked for at most once in this time, however many want it. */
const HOLDS_MS = 1_000;
const MAX_WAIT_MS = 1_000;

/** Returns a read that asks at most once a second and takes at most a second: null if it fails, or if the value did not arrive by then. */
export function createHeldRead<T>(
  read: () => Promise<T>,
  { monotonic, after }: Pick<Clock, 'monotonic' | 'after'>,
): () => Promise<T | null> {
  let asked: { readonly atMs: number; readonly value: Promise<T | null> } | null = null;
  const ask = (): Promise<T | null> =>
    new Promise((resolve) => {
      const cancel = after(MAX_WAIT_MS, () => resolve(null));
      const end = (value: T | null): void => {
        cancel();
        resolve(value);
      };
      read().then(end, () => end(null));
    });
  return () => {
    const atMs = monotonic();
    if (asked === null || atMs - asked.atMs >= HOLDS_MS) asked = { atMs, value: ask() };
    return asked.value;
  };
}
