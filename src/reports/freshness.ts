import { isSettled, type ReportWindow } from '../domain/report-window.ts';

/** How far figures can be trusted to be complete. */
export interface Freshness {
  /** When the oldest of the figures was fetched, in epoch milliseconds. */
  readonly asOfMs: number;
  /** Whether they do not change any more. */
  readonly settled: boolean;
}

/** The freshness of figures of a window, fetched at a moment. */
export function toFreshness(window: ReportWindow, fetchedAtMs: number): Freshness {
  return { asOfMs: fetchedAtMs, settled: isSettled(window, fetchedAtMs) };
}
