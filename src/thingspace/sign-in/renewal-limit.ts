import type { Clock } from '../../domain/clock.ts';

/** Bounds how often a token is given up: one that the platform always calls dead would cost a sign-in with every call. */
export interface RenewalLimit {
  /** Counts a renewal and returns true where the pace allows one now, else returns false. */
  take(pace: RenewalPace): boolean;
}

export interface RenewalPace {
  /** So many within a minute may come at any moment of it. */
  readonly atOnce: number;
  /** Further ones have to be so many milliseconds apart. */
  readonly spacingMs: number;
}

const MINUTE_MS = 60_000;

export function createRenewalLimit({ monotonic }: Pick<Clock, 'monotonic'>): RenewalLimit {
  let renewedAtMs: readonly number[] = [];
  return {
    take({ atOnce, spacingMs }) {
      const nowMs = monotonic();
      renewedAtMs = renewedAtMs.filter((atMs) => atMs > nowMs - MINUTE_MS);
      const lastMs = renewedAtMs.at(-1) ?? -Infinity;
      if (renewedAtMs.length >= atOnce && nowMs - lastMs < spacingMs) return false;
      renewedAtMs = [...renewedAtMs, nowMs];
      return true;
    },
  };
}
