import type { Outcome } from '../load/outcome.ts';

/** What happened after the end of a fault. */
export interface Recovery {
  /** Seconds until the first full second in which every operation was right; null if there was none. */
  readonly afterSeconds: number | null;
  /** Operations that were not right although they started after that second and after the recovery limit. */
  readonly relapses: readonly Outcome[];
}

/**
 * Finds when everything was right again, from the operations that started between the end of the fault and the end of the load.
 * Until the recovery limit, calls that the fault still delays may make other operations fail.
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
