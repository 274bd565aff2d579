import type { Outcome } from '../load/outcome.ts';

/** What came of the time after a fault's end. */
export interface Recovery {
  /** Seconds until the first whole second whose every operation was right; null where there was none. */
  readonly afterSeconds: number | null;
  /** Operations that were not right although they began later than that, and later than the recovery may take. */
  readonly relapses: readonly Outcome[];
}

/**
 * Finds when everything was right again, by operations that began between the fault's end and the load's. Calls that the fault
 * still holds can fail others for a while, until the recovery has to be over.
 */
export function findRecovery(
  outcomes: readonly Outcome[],
  endedAtMs: number,
  loadEndedAtMs: number,
  limitSeconds: number,
): Recovery {
  const after = outcomes.filter(({ startedAtMs }) => startedAtMs >= endedAtMs && startedAtMs < loadEndedAtMs);
  const wholeSeconds = Math.floor((loadEndedAtMs - endedAtMs) / 1_000);
  for (let second = 0; second < wholeSeconds; second += 1) {
    const fromMs = endedAtMs + second * 1_000;
    const ofSecond = after.filter(({ startedAtMs }) => startedAtMs >= fromMs && startedAtMs < fromMs + 1_000);
    if (ofSecond.length === 0 || ofSecond.some(({ verdict }) => verdict !== 'right')) continue;
    const steadyFromMs = Math.max(fromMs, endedAtMs + limitSeconds * 1_000);
    const relapses = after.filter(({ startedAtMs, verdict }) => startedAtMs >= steadyFromMs && verdict !== 'right');
    return { afterSeconds: second, relapses };
  }
  return { afterSeconds: null, relapses: [] };
}
