import { DAY_MS } from './durations.ts';
import type { ArgumentPath, InputFault } from './errors.ts';
import { toReportDate, type ReportDate } from './report-date.ts';

/** The time that a report covers; a null side is left to the platform. */
export interface ReportWindow {
  readonly start: ReportDate | null;
  readonly end: ReportDate | null;
}

/** Maximum length of a window in days; the platform has no older data either (docs/upstream/README.md, "Limits"). */
export const MAX_WINDOW_DAYS = 180;

/** Parses the window between two dates as callers send them. Adds a fault for everything that is wrong with it. */
export function parseReportWindow(
  startDate: unknown,
  endDate: unknown,
  nowMs: number,
  argumentPath: ArgumentPath,
  faults: InputFault[],
): ReportWindow {
  const start = parseReportDate(startDate, [...argumentPath, 'startDate'], faults);
  const end = parseReportDate(endDate, [...argumentPath, 'endDate'], faults);
  const window = { start, end };
  if (isDate(start) && isDate(end)) {
    if (toLastMs(end) < start.atMs) {
      faults.push({
        argumentPath: [...argumentPath, 'endDate'],
        message: `The end ${end.text} is before the start ${start.text}. Swap the two, or leave one out.`,
      });
    } else if (end.atMs - start.atMs > MAX_WINDOW_DAYS * DAY_MS) {
      faults.push({
        argumentPath: [...argumentPath, 'endDate'],
        message: `${start.text} to ${end.text} is more than ${MAX_WINDOW_DAYS} days. Ask for a shorter window.`,
      });
    }
  }
  const endsAtMs = toEndMs(window);
  const oldestMs = nowMs - MAX_WINDOW_DAYS * DAY_MS;
  if (end === null && isDate(start) && toLastMs(start) < oldestMs) {
    faults.push({
      argumentPath: [...argumentPath, 'startDate'],
      message:
        `The start ${start.text} is more than ${MAX_WINDOW_DAYS} days ago, and there is no end date. ` +
        `Send a start date after ${new Date(oldestMs).toISOString()}, or an end date.`,
    });
  }
  if (endsAtMs !== null && endsAtMs < oldestMs) {
    faults.push({
      argumentPath: [...argumentPath, 'endDate'],
      message:
        `The whole window is more than ${MAX_WINDOW_DAYS} days ago, and the platform has no data from then. ` +
        `Send an end date after ${new Date(oldestMs).toISOString()}.`,
    });
  }
  return window;
}

/** When the window ends, in epoch milliseconds; a day ends with its last millisecond in UTC. Null if only the platform knows. */
export function toEndMs({ end }: ReportWindow): number | null {
  return isDate(end) ? toLastMs(end) : null;
}

/** Whether the usage of a window is final: it ended more than a day ago (docs/upstream/README.md). */
export function isSettled(window: ReportWindow, nowMs: number): boolean {
  const endsAtMs = toEndMs(window);
  return endsAtMs !== null && endsAtMs < nowMs - DAY_MS;
}

/**
 * Whether usage of a window, fetched at a moment, stays valid for good: it was final by then, and both ends are dates. A keyword
 * such as LAST_WEEK, or a side that is left to the platform, means another window tomorrow.
 */
export function isFinal(window: ReportWindow, fetchedAtMs: number): boolean {
  return isDate(window.start) && isSettled(window, fetchedAtMs);
}

type KnownDate = Exclude<ReportDate, { kind: 'constant' }>;

function isDate(date: ReportDate | null): date is KnownDate {
  return date !== null && date.kind !== 'constant';
}

function toLastMs(date: KnownDate): number {
  return date.kind === 'day' ? date.atMs + DAY_MS - 1 : date.atMs;
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

/** How recent usage is, and whether it is final. */
export interface Freshness {
  /** When the oldest part of the usage was fetched, in epoch milliseconds. */
  readonly asOfMs: number;
  /** Whether the usage is final. */
  readonly settled: boolean;
}

/** Returns the freshness of a window's usage that was fetched at a moment. */
export function toFreshness(window: ReportWindow, fetchedAtMs: number): Freshness {
  return { asOfMs: fetchedAtMs, settled: isSettled(window, fetchedAtMs) };
}
