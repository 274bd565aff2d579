import { createToDay, DAY } from '../../truth/calendar.ts';

/** The days from the first to the last, such as 2026-05-31. */
export function listDays(first: string, last: string): string[] {
  const days: string[] = [];
  for (let atMs = Date.parse(first); atMs <= Date.parse(last); atMs += DAY) {
    days.push(new Date(atMs).toISOString().slice(0, 10));
  }
  return days;
}

/** What days of one bucket have in common. Written from the descriptions of the schema, without the code behind it. */
export function toBucketKey(day: string, granularity: string, cycleStartDay: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  switch (granularity) {
    case 'DAY':
      return day;
    case 'WEEK': {
      const weekday = new Date(day).getUTCDay();
      return new Date(Date.parse(day) - ((weekday + 6) % 7) * DAY).toISOString().slice(0, 10);
    }
    case 'MONTH':
      return day.slice(0, 7);
    case 'BILLING_CYCLE': {
      const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
      const starts = Math.min(cycleStartDay, daysInMonth);
      const count = year * 12 + month - (date < starts ? 1 : 0);
      return String(count);
    }
    default:
      return 'all';
  }
}

/** The days of a series in its buckets, oldest first. */
export function toBucketsOfDays(days: readonly string[], granularity: string, cycleStartDay: number): string[][] {
  const buckets = new Map<string, string[]>();
  for (const day of days) {
    const key = toBucketKey(day, granularity, cycleStartDay);
    buckets.set(key, [...(buckets.get(key) ?? []), day]);
  }
  return [...buckets.values()];
}

/** The first millisecond of a day in a zone, found minute by minute from a day and a half before. */
export function findStartMs(day: string, zone: string): number {
  const toDay = createToDay(zone);
  let atMs = Date.parse(day) - 36 * 3_600_000;
  while (toDay(atMs) < day) atMs += 15 * 60_000;
  while (toDay(atMs - 60_000) >= day) atMs -= 60_000;
  return atMs;
}
