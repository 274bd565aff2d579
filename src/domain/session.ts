import { addExactly } from './usage-totals.ts';

/** One connection of a device. Null means that the platform left the value out, or sent one that cannot be trusted. */
export interface Session {
  /** RFC 3339. */
  readonly startTime: string | null;
  /** RFC 3339; also null while the session is open. */
  readonly endTime: string | null;
  readonly numBytes: number | null;
  /** Whether the platform sent no end at all, rather than one that cannot be read. */
  readonly isOpen: boolean;
}

/** Sums over sessions. */
export interface SessionTotals {
  readonly numberOfSessions: number;
  /** Sessions with a value that is not known; the sums leave that value out. */
  readonly incompleteSessions: number;
  /** Null if the sum is over 2^53-1, as is the sum of seconds. */
  readonly numBytes: number | null;
  readonly durationSeconds: number | null;
}

const MAX_DURATION_SECONDS = 2 ** 31 - 1;

/** Seconds from start to end, rounded. Null if the session is open, or if its times are not a valid duration. */
export function toDurationSeconds({ startTime, endTime }: Pick<Session, 'startTime' | 'endTime'>): number | null {
  if (startTime === null || endTime === null) return null;
  const seconds = Math.round((Date.parse(endTime) - Date.parse(startTime)) / 1000);
  return seconds >= 0 && seconds <= MAX_DURATION_SECONDS ? seconds : null;
}

/** Whether the platform left out or garbled a value of the session. An open session is not incomplete because it has no end. */
export function isIncomplete(session: Session): boolean {
  const { startTime, numBytes, isOpen } = session;
  return numBytes === null || startTime === null || (!isOpen && toDurationSeconds(session) === null);
}

/** Exact sums over sessions; open ones add no duration. A sum over 2^53-1 is null. */
export function toSessionTotals(sessions: readonly Session[]): SessionTotals {
  return {
    numberOfSessions: sessions.length,
    incompleteSessions: sessions.filter(isIncomplete).length,
    numBytes: addExactly(sessions.map((session) => session.numBytes)),
    durationSeconds: addExactly(sessions.map(toDurationSeconds)),
  };
}
