import { DAY_MS } from './durations.ts';
import type { ArgumentPath, InputFault } from './errors.ts';
import { toReportDate, type ReportDate } from './report-date.ts';
import { toDate, UTC } from './time-zone.ts';

/** The time that a report covers, with both ends; a null side is left to the platform. */
export interface ReportWindow {
  readonly start: ReportDate | null;
  readonly end: ReportDate | null;
}

/** Maximum length of a window in days; the platform has no older data either (docs/upstream/README.md, "Limits"). */
export const MAX_WINDOW_DAYS = 180;
const MAX_WINDOW_MS = MAX_WINDOW_DAYS * DAY_MS;

/**
 * Parses the window between two dates as callers send them. Adds a fault for everything that is wrong with it. A window is valid or not
 * by its first and its last millisecond, whether they are sent as days or as instants, so that no part of a valid window is invalid.
 */
export function parseReportWindow(
  startDate: unknown,
  endDate: unknown,
  nowMs: number,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): ReportWindow {
  const startPath = [...argumentPath, 'startDate'];
  const endPath = [...argumentPath, 'endDate'];
  const start = parseReportDate(startDate, startPath, faults);
  const end = parseReportDate(endDate, endPath, faults);
  const window = { start, end };
  const [startMs, lastMs, oldestMs] = [toStartMs(window), toEndMs(window), nowMs - MAX_WINDOW_MS];
  if (startMs !== null && startMs < oldestMs) {
    faults.push({ argumentPath: startPath, message: `The start ${start?.text} is ${toTooOld(oldestMs)}` });
  } else if (startMs === null && lastMs !== null && lastMs < oldestMs) {
    faults.push({ argumentPath: endPath, message: `The end ${end?.text} is ${toTooOld(oldestMs)}` });
  }
  if (startMs === null || lastMs === null) return window;
  if (lastMs < startMs) {
    const message = `The end ${end?.text} is before the start ${start?.text}. Swap the two, or leave one out.`;
    faults.push({ argumentPath: endPath, message });
  } else if (lastMs - startMs > MAX_WINDOW_MS) {
    const message = `${start?.text} to ${end?.text} is more than ${MAX_WINDOW_DAYS} days. Ask for a shorter window.`;
    faults.push({ argumentPath: endPath, message });
  }
  return window;
}

/** Names the first day of which the platform still has everything. */
function toTooOld(oldestMs: number): string {
  const earliest = toDate(UTC.toDay(oldestMs + DAY_MS - 1));
  return `more than ${MAX_WINDOW_DAYS} days ago, and the platform has no older data. The earliest day is ${earliest}: send it or a later one.`;
}

/** When the window starts, in epoch milliseconds; a day starts at 00:00 UTC. Null if only the platform knows. */
export function toStartMs({ start }: ReportWindow): number | null {
  return start === null || start.kind === 'constant' ? null : start.atMs;
}

/**
 * The last millisecond of the window, in epoch milliseconds: an instant itself, or the last one of a day in UTC. Null if only the platform
 * knows.
 */
export function toEndMs({ end }: ReportWindow): number | null {
  if (end === null || end.kind === 'constant') return null;
  return end.kind === 'day' ? end.atMs + DAY_MS - 1 : end.atMs;
}

/** Whether a window ended more than that many milliseconds before a moment. False if only the platform knows when it ends. */
export function hasEnded(window: ReportWindow, nowMs: number, agoMs: number): boolean {
  const lastMs = toEndMs(window);
  return lastMs !== null && lastMs < nowMs - agoMs;
}

/**
 * Whether the window is the same whenever it is asked for: both its sides are dates. A keyword such as LAST_WEEK, or a side that is left to
 * the platform, means another window tomorrow.
 */
export function isFixed(window: ReportWindow): boolean {
  return toStartMs(window) !== null && toEndMs(window) !== null;
}

function parseReportDate(value: unknown, argumentPath: ArgumentPath, faults: InputFault[]): ReportDate | null {
  if (value === null || value === undefined) return null;
  const date = typeof value === 'string' ? toReportDate(value) : null;
  if (date === null) {
    faults.push({
      argumentPath,
      message:
        'This is not a valid date. Send an ISO 8601 date (2026-05-31), a date-time (2026-05-31T08:00:00Z), ' +
        'or one of the platform’s keywords in capitals (LAST_WEEK).',
    });
  }
  return date;
}
