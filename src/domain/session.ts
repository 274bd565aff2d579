import { addExactly } from './usage-totals.ts';

/** One connection of a device; null is what the platform left out, or said in a way that cannot be trusted. */
export interface Session {
  /** RFC 3339. */
  readonly startTime: string | null;
  /** RFC 3339; null while the session is open. */
  readonly endTime: string | null;
  readonly numBytes: number | null;
  /** Whether the platform gave no end at all, rather than one that cannot be read. */
  readonly isOpen: boolean;
}

export interface SessionTotals {
  readonly numberOfSessions: number;
  /** Sessions of which something is not known; the sums are without what is not. */
  readonly incompleteSessions: number;
  readonly numBytes: number;
  readonly durationSeconds: number;
}

const MAX_DURATION_SECONDS = 2 ** 31 - 1;

/** Whole seconds from start to end; null where the session is open, or where its times make no duration. */
export function toDurationSeconds({ startTime, endTime }: Pick<Session, 'startTime' | 'endTime'>): number | null {
  if (startTime === null || endTime === null) return null;
  const seconds = Math.round((Date.parse(endTime) - Date.parse(startTime)) / 1000);
  return seconds >= 0 && seconds <= MAX_DURATION_SECONDS ? seconds : null;
}

/** Whether something of a session was left out or garbled; an open one lacks nothing by its end. */
export function isIncomplete(session: Session): boolean {
  const { startTime, numBytes, isOpen } = session;
  return numBytes === null || startTime === null || (!isOpen && toDurationSeconds(session) === null);
}

/** Exact sums over sessions, open ones counted without a duration; throws UPSTREAM_UNAVAILABLE where a sum passes 2^53-1. */
export function toSessionTotals(sessions: readonly Session[]): SessionTotals {
  return {
    numberOfSessions: sessions.length,
    incompleteSessions: sessions.filter(isIncomplete).length,
    numBytes: addExactly(sessions.map((session) => session.numBytes)),
    durationSeconds: addExactly(sessions.map(toDurationSeconds)),
  };
}
