import { toMs } from '../state/days.ts';

// Days and times as the reader's locale writes them, in the chosen time zone.

const UTC = { timeZone: 'UTC' } as const;
const day = new Intl.DateTimeFormat(undefined, { ...UTC, day: 'numeric', month: 'short' });
const month = new Intl.DateTimeFormat(undefined, { ...UTC, month: 'short' });
const weekday = new Intl.DateTimeFormat(undefined, { ...UTC, weekday: 'short' });
const longDay = new Intl.DateTimeFormat(undefined, { ...UTC, weekday: 'short', day: 'numeric', month: 'short' });

/** Such as 31 May. */
export function formatDay(iso: string): string {
  return day.format(toMs(iso));
}

/** Such as May. */
export function formatMonth(iso: string): string {
  return month.format(toMs(iso));
}

/** Such as Sun. */
export function formatWeekdayName(iso: string): string {
  return weekday.format(toMs(iso));
}

/** Such as Sun, 31 May. */
export function formatWeekday(iso: string): string {
  return longDay.format(toMs(iso));
}

/** Such as 24 – 30 May. */
export function formatRange(from: string, to: string): string {
  return from === to ? formatDay(from) : day.formatRange(toMs(from), toMs(to));
}

/** Such as 31 May, 14:05. */
export function formatMoment(moment: number | string, zone: string): string {
  const format = new Intl.DateTimeFormat(undefined, {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  });
  return format.format(new Date(moment));
}

/** Such as 3 d 4 h, 12 min or 45 s. */
export function formatDuration(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const at = units.findIndex(([size]) => seconds >= size);
  if (at === -1) return '0 s';
  const [[size, name] = [1, 's'] as const, next] = units.slice(at);
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[0]);
  return `${Math.floor(seconds / size)} ${name}${rest > 0 && next !== undefined ? ` ${rest} ${next[1]}` : ''}`;
}
