import type { Usage } from './device-usage.ts';

/** The orders in which devices can be listed. */
export const USAGE_ORDERS = ['BYTES_DESC', 'BYTES_ASC', 'SESSIONS_DESC', 'SESSIONS_ASC', 'IMEI'] as const;
export type UsageOrder = (typeof USAGE_ORDERS)[number];

interface OrderedDevice extends Usage {
  readonly imei: string;
}

/** What an order sorts by before the IMEI, and in which direction. */
const ORDERS: Readonly<Record<UsageOrder, readonly [value: keyof Usage | null, direction: 1 | -1]>> = {
  BYTES_DESC: ['bytesTransferred', -1],
  BYTES_ASC: ['bytesTransferred', 1],
  SESSIONS_DESC: ['numberOfSessions', -1],
  SESSIONS_ASC: ['numberOfSessions', 1],
  IMEI: [null, 1],
};

/**
 * Returns a sorted copy. Devices without the value come last in either direction; devices with the same value are in order of
 * IMEI. An IMEI has 15 digits.
 */
export function orderUsage<T extends OrderedDevice>(usage: readonly T[], order: UsageOrder): T[] {
  const [value, direction] = ORDERS[order];
  // Numbers, because comparing the texts of a hundred thousand devices takes several times as long.
  const imeis = Float64Array.from(usage, ({ imei }) => Number(imei));
  const values = Float64Array.from(usage, (device) => {
    const known = value === null ? 0 : device[value];
    return known === null ? Infinity : known * direction;
  });
  const positions = Uint32Array.from(usage, (_, position) => position);
  positions.sort((a, b) => compare(values, a, b) || compare(imeis, a, b));
  return Array.from(positions, (position) => usage[position]).filter((device) => device !== undefined);
}

/** Infinity minus itself is not a number. */
function compare(values: Float64Array, a: number, b: number): number {
  const [left = 0, right = 0] = [values[a], values[b]];
  return left < right ? -1 : left > right ? 1 : 0;
}
