import { DAY_MILLISECONDS } from '../fleet/traffic.ts';
import type { UsageWindow } from '../fleet/usage.ts';

const WEEK_DAYS = 7;

function startOfDay(milliseconds: number): number {
  return Math.floor(milliseconds / DAY_MILLISECONDS) * DAY_MILLISECONDS;
}

function startOfMonth(nowMilliseconds: number, monthsBack: number): number {
  const present = new Date(nowMilliseconds);
  return Date.UTC(present.getUTCFullYear(), present.getUTCMonth() - monthsBack, 1);
}

function mondayOf(nowMilliseconds: number): number {
  const daysSinceMonday = (new Date(nowMilliseconds).getUTCDay() + 6) % WEEK_DAYS;
  return startOfDay(nowMilliseconds) - daysSinceMonday * DAY_MILLISECONDS;
}

function between(startMilliseconds: number, nextMilliseconds: number): UsageWindow {
  return { startMilliseconds, endMilliseconds: nextMilliseconds - 1 };
}

/** Resolves a date keyword to a window in UTC; weeks start on Monday. Returns undefined for an unknown keyword. */
export function predefinedRange(keyword: string, nowMilliseconds: number): UsageWindow | undefined {
  const today = startOfDay(nowMilliseconds);
  const lastDays = (days: number): UsageWindow => ({
    startMilliseconds: nowMilliseconds - days * DAY_MILLISECONDS,
    endMilliseconds: nowMilliseconds,
  });
  switch (keyword) {
    case 'TODAY':
      return between(today, today + DAY_MILLISECONDS);
    case 'YESTERDAY':
      return between(today - DAY_MILLISECONDS, today);
    case 'LAST_WEEK':
      return between(mondayOf(nowMilliseconds) - WEEK_DAYS * DAY_MILLISECONDS, mondayOf(nowMilliseconds));
    case 'LAST_MONTH':
      return between(startOfMonth(nowMilliseconds, 1), startOfMonth(nowMilliseconds, 0));
    case 'LAST_7_DAYS':
      return lastDays(7);
    case 'LAST_30_DAYS':
      return lastDays(30);
    case 'LAST_90_DAYS':
      return lastDays(90);
    default:
      return undefined;
  }
}
