import { addDays } from '../../state/days.ts';
import type { Session } from './session-gaps.ts';

/** A part of a session on one day, as shares of the day: 0 is its beginning, 1 its end. */
export interface Piece {
  readonly session: Session;
  readonly from: number;
  readonly to: number;
}

/** A day and what happened on it. */
export interface Lane {
  readonly day: string;
  readonly pieces: readonly Piece[];
}

/**
 * Cuts sessions at midnight. `toStartMs` is when a day begins in the time zone, so a day of 23 or 25 hours is as wide as any other. An open
 * session lasts until now.
 */
export function toLanes(
  sessions: readonly Session[],
  days: readonly string[],
  { toStartMs, nowMs }: { readonly toStartMs: (day: string) => number; readonly nowMs: number },
): Lane[] {
  return days.map((day) => {
    const [startMs, endMs] = [toStartMs(day), toStartMs(addDays(day, 1))];
    const toShare = (atMs: number): number => Math.min(1, Math.max(0, (atMs - startMs) / (endMs - startMs)));
    const pieces = sessions
      .filter((session) => session.startMs < endMs && (session.endMs ?? nowMs) >= startMs)
      .map((session) => ({ session, from: toShare(session.startMs), to: toShare(session.endMs ?? nowMs) }));
    return { day, pieces };
  });
}
