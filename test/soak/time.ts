import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds on a monotonic clock, which no fault moves. */
export const nowMs = (): number => performance.now();

export const pause = (milliseconds: number): Promise<void> => wait(milliseconds);

/** Resolves to true once the condition holds, or to false after the limit. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const endsAtMs = nowMs() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (nowMs() >= endsAtMs) return false;
    await pause(100);
  }
}
