import type { Clock } from './clock.ts';

/** Bounds how often a token is given up: one that the platform always calls dead would cost a sign-in with every call. */
export interface RenewalLimit {
  /** Counts a renewal and returns true where fewer than so many happened in the last minute, else returns false. */
  take(mostAMinute: number): boolean;
}

const MINUTE_MS = 60_000;

export function createRenewalLimit({ monotonic }: Pick<Clock, 'monotonic'>): RenewalLimit {
  let renewedAtMs: readonly number[] = [];
  return {
    take(mostAMinute) {
      const nowMs = monotonic();
      renewedAtMs = renewedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS);
      if (renewedAtMs.length >= mostAMinute) return false;
      renewedAtMs = [...renewedAtMs, nowMs];
      return true;
    },
  };
}
