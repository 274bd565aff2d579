import { toEpochMs } from './epoch-time.ts';
import { createExactSum } from './usage-totals.ts';

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

/** What one session adds to sums. Null means that the value is not known. */
export interface SessionValues {
  /** When it began, in epoch milliseconds. */
  readonly startMs: number | null;
  readonly numBytes: number | null;
  readonly durationSeconds: number | null;
  readonly isIncomplete: boolean;
}

const MAX_DURATION_SECONDS = 2 ** 31 - 1;

/** Seconds from start to end, rounded. Null if the session is open, or if its times are not a valid duration. */
export function toDurationSeconds({ startTime, endTime }: Pick<Session, 'startTime' | 'endTime'>): number | null {
  if (startTime === null || endTime === null) return null;
  return toSeconds(toEpochMs(startTime), toEpochMs(endTime));
}

function toSeconds(startMs: number, endMs: number): number | null {
  const seconds = Math.round((endMs - startMs) / 1000);
  return seconds >= 0 && seconds <= MAX_DURATION_SECONDS ? seconds : null;
}

/**
 * Reads what a session adds to sums. It is incomplete if the platform left out or garbled a value; an open session is not incomplete
 * because it has no end.
 */
export function toSessionValues({ startTime, endTime, numBytes, isOpen }: Session): SessionValues {
  const startMs = startTime === null ? null : toEpochMs(startTime);
  const durationSeconds = startMs === null || endTime === null ? null : toSeconds(startMs, toEpochMs(endTime));
  const isIncomplete = numBytes === null || startMs === null || (!isOpen && durationSeconds === null);
  return { startMs, numBytes, durationSeconds, isIncomplete };
}

/** Adds sessions up one by one. */
export interface SessionSums {
  add(values: SessionValues): void;
  /** Exact sums; open sessions add no duration. A sum over 2^53-1 is null. */
  toTotals(): SessionTotals;
}

/** Creates sums over no sessions. */
export function createSessionSums(): SessionSums {
  const [bytes, seconds] = [createExactSum(), createExactSum()];
  let numberOfSessions = 0;
  let incompleteSessions = 0;
  return {
    add({ numBytes, durationSeconds, isIncomplete }) {
      numberOfSessions += 1;
      if (isIncomplete) incompleteSessions += 1;
      bytes.add(numBytes);
      seconds.add(durationSeconds);
    },
    toTotals: () => ({
      numberOfSessions,
      incompleteSessions,
      numBytes: bytes.toNumber(),
      durationSeconds: seconds.toNumber(),
    }),
  };
}

/** Exact sums over sessions; open ones add no duration. A sum over 2^53-1 is null. */
export function toSessionTotals(sessions: readonly SessionValues[]): SessionTotals {
  const sums = createSessionSums();
  for (const values of sessions) sums.add(values);
  return sums.toTotals();
}
