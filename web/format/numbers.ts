// Numbers and bytes as the reader's locale writes them.

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const finePercent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const signedPercent = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 0,
  signDisplay: 'exceptZero',
});
const ratio = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

export function formatCount(value: number): string {
  return whole.format(value);
}

/** Such as 1.25 GB: decimal units, as carriers bill, with three digits. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return inUnit(power, bytes);
}

/** Formats several values in the unit of the largest, as for an axis. */
export function createByteAxis(max: number): (bytes: number) => string {
  const power = max < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(max) / 3));
  return (bytes) => (bytes === 0 ? '0' : inUnit(power, bytes));
}

/** The exact number, such as 1,250,000,000 bytes. */
export function formatExactBytes(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${whole.format(bytes)} bytes`;
}

export function formatPercent(share: number): string {
  return (Math.abs(share) < 0.1 ? finePercent : percent).format(share);
}

/** Such as +12 %. Beyond tenfold, it says how many times. */
export function formatChange(change: number): string {
  return change > 9 ? `×${whole.format(change + 1)}` : signedPercent.format(change);
}

/** Such as ×1.08. */
export function formatRatio(value: number): string {
  return `×${ratio.format(value)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function inUnit(power: number, bytes: number): string {
  const unit = UNITS[power] ?? 'byte';
  const value = bytes / 1_000 ** power;
  const maximumFractionDigits = power === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const format = new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits,
  });
  return format.format(value);
}
