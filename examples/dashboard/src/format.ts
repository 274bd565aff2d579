const DAY_MS = 86_400_000;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];

export interface Window {
  readonly startDate: string;
  readonly endDate: string;
}

/** The last days before today, in UTC. */
export function toWindow(days: number): Window {
  const toDay = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  return { startDate: toDay(days), endDate: toDay(1) };
}

/** Bytes in the reader's language and in the unit that people say, such as 1.2 GB. Null is not zero: ThingSpace sent no number. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const format = { style: 'unit', unit: UNITS[power] ?? 'byte', maximumFractionDigits: 1 } as const;
  return (bytes / 1_000 ** power).toLocaleString(undefined, format);
}

export function formatShare(bytes: number | null | undefined, total: number): string {
  if (bytes === null || bytes === undefined || total === 0) return '–';
  return (bytes / total).toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 });
}

export function formatTime(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
