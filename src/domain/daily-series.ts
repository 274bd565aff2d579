import { DAY_MS, HOUR_MS } from './durations.ts';
import { MAX_WINDOW_DAYS, toEndMs, toStartMs, type ReportWindow } from './report-window.ts';
import { createSessionSums, type SessionTotals, type SessionValues } from './session.ts';
import { toDate, type TimeZone } from './time-zone.ts';

/** The sessions of one day, added up. */
export interface DailyUsage extends SessionTotals {
  /** A calendar date (2026-05-31) in the time zone of the series. */
  readonly date: string;
  /** Whether the window covers only a part of the day; null if only the platform knows. */
  readonly partial: boolean | null;
}

/** The sessions of a report by the day on which they began. They add up to its totals. */
export interface DailySeries {
  /** A row for each day, oldest first, including days without sessions. */
  readonly rows: readonly DailyUsage[];
  /** The sessions that began on none of these days, or nobody knows when; null if there are none. */
  readonly before: DailyUsage | null;
}

/**
 * Returns a row for each day of the zone that the window touches, but for none after `asOfMs`, when the sessions were fetched, nor for one
 * that the platform no longer keeps. If the start is not a date, the rows begin with the first session. Without an end, they end on the
 * day of `asOfMs`; if the end is a keyword, with the last session.
 */
export function toDailySeries(
  sessions: readonly SessionValues[],
  window: ReportWindow,
  zone: TimeZone,
  asOfMs: number,
): DailySeries {
  const days = sessions.map(({ startMs }) => (startMs === null ? null : zone.toDay(startMs)));
  const { first, last } = toRange(window, days, zone, asOfMs);
  const sums = Array.from({ length: Math.max(0, last - first + 1) }, createSessionSums);
  const others = createSessionSums();
  let earliest = Infinity;
  sessions.forEach((values, at) => {
    const day = days[at] ?? null;
    const row = day === null ? undefined : sums[day - first];
    (row ?? others).add(values);
    if (row === undefined && day !== null) earliest = Math.min(earliest, day);
  });
  const isPartial = toIsPartial(window, zone, asOfMs);
  const rows = sums.flatMap((row, at) => {
    const [day, totals] = [first + at, row.toTotals()];
    if (totals.numberOfSessions === 0 && !isInCalendar(day, zone)) return [];
    return [{ date: toDate(day), partial: isPartial(day, at === 0, day === last), ...totals }];
  });
  const before = others.toTotals();
  if (before.numberOfSessions === 0) return { rows, before: null };
  return { rows, before: { date: toDate(earliest === Infinity ? first - 1 : earliest), partial: true, ...before } };
}

interface Days {
  readonly first: number;
  /** Less than `first` if there are no days. */
  readonly last: number;
}

function toRange(window: ReportWindow, days: readonly (number | null)[], zone: TimeZone, asOfMs: number): Days {
  const [startMs, endMs, today] = [toStartMs(window), toEndMs(window), zone.toDay(asOfMs)];
  const oldest = zone.toDay(asOfMs - MAX_WINDOW_DAYS * DAY_MS);
  const from = Math.max(oldest, startMs === null ? -Infinity : zone.toDay(startMs));
  const to = Math.min(today, endMs === null ? Infinity : zone.toDay(endMs));
  let [first, last] = [Infinity, -Infinity];
  for (const day of days) {
    if (day === null || day < from || day > to) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  const range = { first: startMs === null ? first : from, last: window.end?.kind === 'constant' ? last : to };
  return range.first <= range.last ? range : { first: today, last: today - 1 };
}

/**
 * Whether the zone has the day: Samoa left out 2011-12-30 when it crossed the date line. At 12:00 UTC it is that day in every zone that is
 * less than 12 hours ahead, and at 22:00 UTC of the day before in the others.
 */
function isInCalendar(day: number, { toDay }: TimeZone): boolean {
  const startMs = day * DAY_MS;
  return toDay(startMs + 12 * HOUR_MS) === day || toDay(startMs - 2 * HOUR_MS) === day;
}

type IsPartial = (day: number, isFirst: boolean, isLast: boolean) => boolean | null;

/** A day is cut if the moment before the window, or after it, is on the same day. A window without an end was cut by the call. */
function toIsPartial(window: ReportWindow, zone: TimeZone, asOfMs: number): IsPartial {
  const startMs = toStartMs(window);
  const endMs = window.end === null ? asOfMs : toEndMs(window);
  const dayBefore = startMs === null ? null : zone.toDay(startMs - 1);
  const dayAfter = endMs === null ? null : zone.toDay(endMs + 1);
  return (day, isFirst, isLast) => {
    if (day === dayBefore || day === dayAfter) return true;
    return (isFirst && dayBefore === null) || (isLast && dayAfter === null) ? null : false;
  };
}
