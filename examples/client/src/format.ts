const DAY_MS = 86_400_000;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** The last days before today, in UTC. */
export function toWindow(days: number): { startDate: string; endDate: string } {
  const toDay = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  return { startDate: toDay(days), endDate: toDay(1) };
}

/** Bytes in the unit that leaves one to three digits before the point, such as 1.2 GB. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}
