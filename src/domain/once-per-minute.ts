// A file of its own: the logs of tokens, connections and callback messages share it.
import type { Clock } from './clock.ts';
import { MINUTE_MS } from './durations.ts';

/** Returns whether a minute has passed since it last returned true for this key. The first time, it has. */
export type OncePerMinute = (key: string) => boolean;

/** Creates a check for log lines that would otherwise repeat. Each key is remembered, so there must be few. */
export function createOncePerMinute({ monotonic }: Pick<Clock, 'monotonic'>): OncePerMinute {
  const passedAtMs = new Map<string, number>();
  return (key) => {
    const nowMs = monotonic();
    if (nowMs - (passedAtMs.get(key) ?? -Infinity) < MINUTE_MS) return false;
    passedAtMs.set(key, nowMs);
    return true;
  };
}
