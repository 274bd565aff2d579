const COUNT = new Intl.NumberFormat('en-US');
const SHORT = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const PERCENT = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });
const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'];
const UNKNOWN = 'unknown';

/** 12,345; "unknown" for null. */
export function toCount(count: number | null | undefined): string {
  return count === null || count === undefined ? UNKNOWN : COUNT.format(count);
}

/** 1 device, 2 devices. */
export function toCountOf(count: number, one: string, many = `${one}s`): string {
  return `${COUNT.format(count)} ${count === 1 ? one : many}`;
}

/** Bytes in units of 1,000 that people say: 1.23 GB. CSV and JSON have the exact number. */
export function toBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return UNKNOWN;
  if (bytes < 1_000) return `${bytes} B`;
  let [amount, unit] = [bytes / 1_000, 0];
  // What would be rounded to 1,000 belongs to the next unit.
  while (amount >= 999.5 && unit < UNITS.length - 1) [amount, unit] = [amount / 1_000, unit + 1];
  return `${SHORT.format(amount)} ${UNITS[unit] ?? ''}`;
}

/** 12.5%; empty for null. */
export function toPercent(share: number | null | undefined): string {
  return share === null || share === undefined ? '' : PERCENT.format(share);
}

/** The share that a part is of a whole, from 0 to 1; null if either is not known, or the whole is 0. */
export function toShare(part: number | null | undefined, whole: number | null | undefined): number | null {
  if (part === null || part === undefined || whole === null || whole === undefined || whole === 0) return null;
  return part / whole;
}
