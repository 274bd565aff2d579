const DAY_MS = 86_400_000;

/** A session in epoch milliseconds. */
export interface Session {
  readonly startMs: number;
  /** When it ended; null while it is open. */
  readonly endMs: number | null;
  /** Null if ThingSpace sent no valid number. */
  readonly bytes: number | null;
}

/** A time without a session. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether it lasts until now. */
  readonly isOpen: boolean;
}

/** A session as the API returns it. */
interface WireSession {
  readonly startTime?: string | null;
  readonly endTime?: string | null;
  readonly numBytes?: number | null;
}

/** Sessions by their start. Those without one are left out: nobody knows when they were. */
export function toSessions(sessions: readonly WireSession[]): Session[] {
  return sessions
    .flatMap(({ startTime, endTime, numBytes = null }) => {
      if (startTime === null || startTime === undefined) return [];
      const endMs = endTime === null || endTime === undefined ? null : Date.parse(endTime);
      return [{ startMs: Date.parse(startTime), endMs, bytes: numBytes }];
    })
    .sort((one, other) => one.startMs - other.startMs);
}

/**
 * The longest time without a session, from the end of one to the start of the next, or until now. Null without sessions, and if there is
 * no such time. What was before the first session is not known, and does not count. The earliest of equal ones is returned.
 */
export function findLongestGap(sessions: readonly Session[], nowMs: number): Gap | null {
  const [first] = sessions;
  if (first === undefined) return null;
  let longest: Gap | null = null;
  let reachedMs = first.startMs;
  const consider = (toMs: number, isOpen: boolean): void => {
    const length = longest === null ? 0 : longest.toMs - longest.fromMs;
    if (toMs - reachedMs > length) longest = { fromMs: reachedMs, toMs, isOpen };
  };
  for (const { startMs, endMs } of sessions) {
    consider(startMs, false);
    reachedMs = Math.max(reachedMs, endMs ?? nowMs);
  }
  consider(nowMs, true);
  return longest;
}

/**
 * From when on days are likely to change: ThingSpace reports a session up to a day after it ended, and an open one still transfers. A day is
 * counted from the start of the earliest session that is open or ended within the last 24 hours.
 */
export function findUnsettledMs(sessions: readonly Session[], nowMs: number): number {
  const dayAgoMs = nowMs - DAY_MS;
  const recent = sessions.filter(({ endMs }) => endMs === null || endMs > dayAgoMs);
  return Math.min(dayAgoMs, ...recent.map(({ startMs }) => startMs));
}
