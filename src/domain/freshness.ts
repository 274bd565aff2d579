import { DAY_MS } from './durations.ts';
import { toEpochMs } from './epoch-time.ts';
import type { DurationBounds } from './report-filters.ts';
import { hasEnded, isFixed, type ReportWindow } from './report-window.ts';
import type { Session } from './session.ts';
import { UTC } from './time-zone.ts';

/** How recent usage is, and whether it is final. */
export interface Freshness {
  /** When the oldest part of the usage was fetched, in epoch milliseconds. */
  readonly asOfMs: number;
  /** Whether the usage is final. */
  readonly settled: boolean;
}

/** How many reports, and other data, an operation has loaded, by whether they can still change. */
export interface LoadedData {
  final: number;
  changing: number;
}

/** Whether it has loaded reports, and nothing that can still change. */
export function isFinal({ final, changing }: LoadedData): boolean {
  return final > 0 && changing === 0;
}

/** How long after its end a session no longer changes (docs/upstream/README.md, "What comes back"). */
const SESSION_SETTLES_MS = DAY_MS;

/**
 * Whether the sessions of a window, fetched at a moment, are final: the window had ended more than 24 hours before, and none of them was
 * open, had an end that cannot be read, or had ended less than 24 hours before. If sessions were left out by their duration, so many
 * seconds more: until then, an open one that began in the window can become long enough, or end before it is too long.
 */
export function areSessionsSettled(
  window: ReportWindow,
  { durationLow, durationHigh }: DurationBounds,
  sessions: readonly Session[],
  fetchedAtMs: number,
): boolean {
  const leftOutMs = Math.max(durationLow ?? 0, durationHigh ?? 0) * 1_000;
  if (!hasEnded(window, fetchedAtMs, SESSION_SETTLES_MS + leftOutMs)) return false;
  const latestMs = fetchedAtMs - SESSION_SETTLES_MS;
  for (const { endTime } of sessions) if (endTime === null || toEpochMs(endTime) > latestMs) return false;
  return true;
}

/**
 * A key for what is asked for at a moment, made of a key for the query: unless both sides of the window are dates, it is another one on each
 * day of UTC, because a keyword such as LAST_WEEK, or what the platform chooses, can be another window then.
 */
export function toKeyOfDay(key: string, window: ReportWindow, nowMs: number): string {
  return isFixed(window) ? key : `${UTC.toDay(nowMs)} ${key}`;
}
