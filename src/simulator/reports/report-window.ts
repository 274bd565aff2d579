import { DAY_MILLISECONDS } from '../fleet/traffic.ts';
import type { UsageWindow } from '../fleet/usage.ts';
import { InvalidInput } from '../http/errors.ts';
import { predefinedRange } from './predefined-range.ts';

const HISTORY_DAYS = 180;
const DEFAULT_DAYS = 30;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

type Bound = 'startDate' | 'endDate';

function isCalendarDay(day: string): boolean {
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day);
}

function resolveBound(bound: Bound, text: string, nowMilliseconds: number): number {
  if (DATE.test(text) && isCalendarDay(text)) {
    const dayStart = Date.parse(`${text}T00:00:00Z`);
    return bound === 'startDate' ? dayStart : dayStart + DAY_MILLISECONDS - 1;
  }
  const dateTime = DATE_TIME.exec(text);
  if (dateTime !== null && isCalendarDay(text.slice(0, 10))) {
    const milliseconds = Date.parse(dateTime[3] === undefined ? `${text}Z` : text);
    if (!Number.isNaN(milliseconds)) return milliseconds;
  }
  const range = predefinedRange(text, nowMilliseconds);
  if (range === undefined) throw new InvalidInput(`${bound} is neither an ISO 8601 date nor a predefined constant.`);
  return bound === 'startDate' ? range.startMilliseconds : range.endMilliseconds;
}

/** Resolves the dates of a request to a window; its start is at most 180 days ago. Throws InvalidInput. */
export function resolveWindow(
  start: string | undefined,
  end: string | undefined,
  nowMilliseconds: number,
): UsageWindow {
  const endMilliseconds = end === undefined ? nowMilliseconds : resolveBound('endDate', end, nowMilliseconds);
  const startMilliseconds =
    start === undefined
      ? endMilliseconds - DEFAULT_DAYS * DAY_MILLISECONDS
      : resolveBound('startDate', start, nowMilliseconds);
  const oldestMilliseconds = nowMilliseconds - HISTORY_DAYS * DAY_MILLISECONDS;
  if (endMilliseconds < startMilliseconds) throw new InvalidInput('endDate is before startDate.');
  // If the end is a date, it stands for the end of that day; compare dates by their number of days.
  const lastDayMilliseconds = end !== undefined && DATE.test(end) ? DAY_MILLISECONDS - 1 : 0;
  if (endMilliseconds - lastDayMilliseconds - startMilliseconds > HISTORY_DAYS * DAY_MILLISECONDS) {
    throw new InvalidInput(`The range from startDate to endDate is longer than ${HISTORY_DAYS} days.`);
  }
  if (endMilliseconds < oldestMilliseconds) {
    throw new InvalidInput(`endDate is older than ${HISTORY_DAYS} days.`);
  }
  return { startMilliseconds: Math.max(startMilliseconds, oldestMilliseconds), endMilliseconds };
}
