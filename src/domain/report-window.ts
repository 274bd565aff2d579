import type { ArgumentPath, InputFault } from './errors.ts';
import { DAY_MS, toReportDate, type ReportDate } from './report-date.ts';

/** The time that a report covers; a side is null where the caller left it to the platform. */
export interface ReportWindow {
  readonly start: ReportDate | null;
  readonly end: ReportDate | null;
}

/** The platform reports over at most this many days, and nothing older (docs/upstream/README.md, "Limits"). */
export const MAX_WINDOW_DAYS = 180;

/** The window between two dates as callers send them; every reason why it is none becomes a fault. */
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
        `The start ${start.text} is more than ${MAX_WINDOW_DAYS} days ago, and there is no end. ` +
        `Ask for a start after ${new Date(oldestMs).toISOString()}, or name an end.`,
    });
  }
  if (endsAtMs !== null && endsAtMs < oldestMs) {
    faults.push({
      argumentPath: [...argumentPath, 'endDate'],
      message:
        `The window is wholly older than ${MAX_WINDOW_DAYS} days, and the platform keeps nothing older. ` +
        `Ask for an end after ${new Date(oldestMs).toISOString()}.`,
    });
  }
  return window;
}

/** When the window ends, in epoch milliseconds (a whole day ends with its last moment in UTC); null where only the platform knows. */
export function toEndMs({ end }: ReportWindow): number | null {
  return isDate(end) ? toLastMs(end) : null;
}

/** Whether the figures of a window do not change any more: what ended more than a day ago is settled. */
export function isSettled(window: ReportWindow, nowMs: number): boolean {
  const endsAtMs = toEndMs(window);
  return endsAtMs !== null && endsAtMs < nowMs - DAY_MS;
}

/**
 * Whether the figures of a window, fetched at a moment, hold for good: it is settled, and both ends are moments. A constant such as
 * LAST_WEEK, or a side left to the platform, means another window tomorrow.
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
        'This is no date. Send an ISO 8601 date (2026-05-31), a date-time (2026-05-31T08:00:00Z), ' +
        'or one of the platform’s constants in capitals (LAST_WEEK).',
    });
  }
  return date;
}

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
