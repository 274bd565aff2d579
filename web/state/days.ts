// Calendar days as ISO texts such as 2026-05-31, which compare and sort as they are.

const DAY_MS = 86_400_000;

/** The day of a moment in a time zone. */
export function toDay(moment: number | string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(new Date(moment));
}

export function addDays(day: string, count: number): string {
  return new Date(toMs(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** Number of days from one day to another: 0 for the same day. */
export function countDays(from: string, to: string): number {
  return Math.round((toMs(to) - toMs(from)) / DAY_MS);
}

/** Every day from one to another, both inclusive. */
export function listDays(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, countDays(from, to) + 1) }, (_, at) => addDays(from, at));
}

/** 1 for Monday to 7 for Sunday. */
export function toWeekday(day: string): number {
  return new Date(toMs(day)).getUTCDay() || 7;
}

/** Whether a text is a day, and one that exists. */
export function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(toMs(text)) && addDays(text, 0) === text;
}

/** Whether the browser knows the time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The beginning of a day in UTC, for formatting. */
export function toMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
