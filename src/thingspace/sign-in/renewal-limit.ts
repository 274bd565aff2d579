import type { Clock } from '../../domain/clock.ts';
import { MINUTE_MS } from '../../domain/durations.ts';

/** Limits how often a token is discarded: if the platform reports every token as dead, each call would cost a sign-in. */
export interface RenewalLimit {
  /** Counts a renewal and returns true if the pace allows one now, otherwise returns false. */
  take(pace: RenewalPace): boolean;
}

/** How often a token may be renewed. */
export interface RenewalPace {
  /** Renewals allowed within a minute without a pause between them. */
  readonly atOnce: number;
  /** Minimum time between further renewals, in milliseconds. */
  readonly spacingMs: number;
}

/** Creates a limit for one kind of token. */
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
