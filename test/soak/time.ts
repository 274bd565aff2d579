import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds of a clock that no fault moves. */
export const nowMs = (): number => performance.now();

export const pause = (milliseconds: number): Promise<void> => wait(milliseconds);

/** Resolves with true once the condition holds, or with false when the time is over. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const endsAtMs = nowMs() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (nowMs() >= endsAtMs) return false;
    await pause(100);
  }
}
